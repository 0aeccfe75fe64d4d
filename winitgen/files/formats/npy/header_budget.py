"""How many bytes of headers are parsed in one file or folder: Python takes far longer for them than for as many bytes of values."""

from __future__ import annotations

from winitgen.errors import UnreadableError

ALWAYS_PARSED = 1_000_000
"""In bytes, of which the slowest header takes less than a second."""


class LongHeadersError(UnreadableError):
    """The headers of several arrays are too long together; the message says why one more is not read."""


class HeaderBudget:
    """The headers of one archive of ``file_bytes``: together no longer than it, or `ALWAYS_PARSED`.

    An array that NumPy writes takes more bytes in a compressed archive than its header has, so that only headers that
    are much longer than usual reach the bound.
    """

    def __init__(self, file_bytes: int) -> None:
        self._most = self._left = max(ALWAYS_PARSED, file_bytes)

    def spend(self, length: int) -> None:
        """Note a header of ``length`` bytes; raise `LongHeadersError` if it is too long beside those before."""
        if length > self._left:
            raise LongHeadersError(
                f"its header has {length:,} bytes, and those before it {self._most - self._left:,}: "
                f"winitgen reads no more than {self._most:,} of them together"
            )
        self._left -= length

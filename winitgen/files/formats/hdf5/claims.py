"""What the datasets of one file claim to hold, together, beside what the file stores."""

from __future__ import annotations

from collections.abc import Sequence

from winitgen.errors import UnreadableError
from winitgen.files.formats.hdf5.listing import CHUNKED, IN_PLACE, DatasetEntry
from winitgen.files.input.expansion import ALWAYS_EXPANDED, MOST_EXPANDED, check_expansion
from winitgen.files.input.open_file import quoted

_MOST_SHARED = 100
"""How often each byte may belong to a dataset: hard links give one dataset several names."""


class Claims:
    """The claims of all datasets of a file of ``file_bytes``, which are refused if no compression explains them."""

    def __init__(self, path: str, file_bytes: int, listed: Sequence[DatasetEntry]) -> None:
        self._path = path
        self.file_bytes = file_bytes
        self._left = max(ALWAYS_EXPANDED, MOST_EXPANDED * file_bytes)
        chunked = [one for one in listed if one.kind == CHUNKED]
        for one in chunked:
            check_expansion(path, one.name, one.nbytes, min(one.place, file_bytes))
        stored = min(sum(one.place for one in chunked), file_bytes)
        unpacked = sum(one.unpacked for one in chunked)
        if unpacked > max(ALWAYS_EXPANDED, MOST_EXPANDED * stored):
            raise self._refusal(f"{unpacked:,} bytes are to be unpacked", stored)
        shared = sum(one.nbytes for one in listed if one.kind == IN_PLACE)
        if shared > max(ALWAYS_EXPANDED, _MOST_SHARED * file_bytes):
            raise self._refusal(f"its datasets declare {shared:,} bytes in the same places", file_bytes)

    def _refusal(self, claim: str, stored: int) -> UnreadableError:
        return UnreadableError(f"{self._path}: {claim} but it stores {stored:,}; refusing to expand them")

    def spend(self, one: DatasetEntry, nbytes: int) -> None:
        """Note that values of which nothing is stored are written out; raise `UnreadableError` if they are too many."""
        self._left -= nbytes
        if self._left < 0:
            raise UnreadableError(
                f"{self._path}: {quoted(one.name)} declares {one.nbytes:,} bytes but stores 0; refusing to expand it"
            )

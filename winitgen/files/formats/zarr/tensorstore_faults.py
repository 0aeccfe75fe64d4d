"""Whose fault an error of TensorStore is: the system's, a folder's, or that of one array in it."""

from __future__ import annotations

import errno
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from winitgen.errors import UnreadableError
from winitgen.files.input.open_file import quoted
from winitgen.files.input.stored_array import DamagedValuesError
from winitgen.files.sandbox.requests import SystemFault

_OF_SYSTEM = re.compile(r"os_error_code='(\d+)'")
_OF_BOOLEAN = re.compile(r"Invalid bool value: (\d+)")
_OF_FOLDER = frozenset(
    {errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.ELOOP, errno.ENAMETOOLONG, errno.EINVAL}
)
"""Errors of the system for a file that a folder lacks, or cannot have."""


def of_folder(text: str) -> AbstractContextManager[None]:
    """Turn an error of TensorStore into `SystemFault`, or into an `UnreadableError` with this text."""
    return _turned(lambda _: UnreadableError(text))


def of_array(shown: str, path: str, text: str, why: str) -> AbstractContextManager[None]:
    """Turn an error of TensorStore into `SystemFault`, or into a `DamagedValuesError` with this text.

    ``shown`` is the folder and ``path`` the array in it, for messages; ``why`` is the reason by itself.
    """

    def damaged(error: Exception) -> DamagedValuesError:
        byte = _OF_BOOLEAN.search(str(error))
        if byte is None:
            return DamagedValuesError(text, why)
        # TensorStore extends the sign of the byte.
        odd = (
            f"it has booleans of other bytes than 0 and 1, as {int(byte[1]) & 255}, which TensorStore refuses"
        )
        return DamagedValuesError(f"{shown}: {quoted(path)} is not read: {odd}", odd)

    return _turned(damaged)


@contextmanager
def _turned(into: Callable[[Exception], UnreadableError]) -> Iterator[None]:
    try:
        yield
    except UnreadableError:
        raise
    except (ValueError, LookupError, RuntimeError) as error:
        number = _OF_SYSTEM.search(str(error))
        if number is not None and int(number[1]) not in _OF_FOLDER:
            raise SystemFault(int(number[1])) from error
        raise into(error) from error

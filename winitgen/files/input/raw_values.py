"""Values that stand in a file as they are in memory, in either byte order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any, BinaryIO

from winitgen.errors import UnreadableError
from winitgen.files.descriptors import read_into
from winitgen.files.input.numpy_formats import native
from winitgen.files.input.steady import EndedError
from winitgen.files.stores.remote_file import RemoteFile

if TYPE_CHECKING:
    import numpy as np

    from winitgen.numeric.arrays import Array

Source = BinaryIO | Callable[[], "AbstractContextManager[BinaryIO]"]
"""An open file, or a function that opens it for each read: a folder may have more files than can be open at once."""


@contextmanager
def file_of(source: Source) -> Iterator[BinaryIO]:
    """Give the open file of a source."""
    if callable(source):
        with source() as file:
            yield file
    else:
        yield source


Seen = Callable[[int, bytearray], object]
"""Called with each run of bytes that is read of an array's values, and where it begins in them."""


class RawValues:
    """A function that reads an array stored uncompressed at ``offset``, of which a file may have very many.

    ``dtype`` may have either byte order. ``seen`` is called by any thread.
    """

    __slots__ = ("_dtype", "_offset", "_path", "_seen", "_source")

    def __init__(
        self, source: Source, path: str, dtype: np.dtype[Any], offset: int, seen: Seen | None = None
    ) -> None:
        self._source = source
        self._path = path
        self._dtype = dtype
        self._offset = offset
        self._seen = seen

    def __call__(self, start: int, count: int) -> Array:
        """Return elements ``start`` to ``start + count`` in native byte order."""
        import numpy as np

        itemsize = self._dtype.itemsize
        content = bytearray(count * itemsize)
        with file_of(self._source) as file:
            fill(file, self._path, memoryview(content), self._offset + start * itemsize)
        if self._seen is not None:
            self._seen(start * itemsize, content)
        return native(np.frombuffer(content, self._dtype))


def fill(file: BinaryIO, path: str, buffer: memoryview, offset: int) -> None:
    """Fill ``buffer`` from an offset of an open file; raise `UnreadableError` if the file is too short."""
    rest = buffer
    while rest:
        try:
            found = (
                file.read_into(offset, rest)
                if isinstance(file, RemoteFile)
                else read_into(file.fileno(), rest, offset)
            )
        except OSError as error:
            raise UnreadableError(f"cannot read {path}: {error.strerror}") from error
        if not found:
            raise EndedError(f"{path} ended while it was being read")
        rest, offset = rest[found:], offset + found


def local_only(file: BinaryIO, path: str, what: str) -> None:
    """Raise `UnreadableError` for an object of a store that holds ``what``, which ranges do not give."""
    if isinstance(file, RemoteFile):
        raise UnreadableError(f"{path} holds {what}, which is read only from a disk; download it first")

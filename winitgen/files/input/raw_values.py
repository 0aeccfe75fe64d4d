"""Values that stand in a file as they are in memory, in either byte order."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any, BinaryIO

from winitgen.errors import UnreadableError
from winitgen.files.descriptors import read_into
from winitgen.files.input.numpy_formats import native
from winitgen.files.input.reused import buffer
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


Seen = Callable[[int, memoryview], object]
"""Called with each run of bytes that is read of an array's values, and where it begins in them."""


_SMALL = 1 << 12
"""Bytes of a run that is read together with those behind it."""

_GAP = 1 << 9
"""Bytes between two such runs, at most: the header of a member of an archive, or what aligns the next one."""

_AHEAD = 1 << 16
"""Bytes that are read at once."""

_MOST_WINDOWS = 2
"""Files that are read side by side."""

_local = threading.local()


class _Window:
    """The bytes of a file behind the run that was read last, once two runs have followed one another."""

    __slots__ = ("_begin", "_end", "_held", "file")

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self._begin, self._end = 0, -_GAP - 1
        self._held = b""

    def held(self, offset: int, size: int) -> bytearray | None:
        """Return a run whose bytes are all in the window, as most small ones are, else None."""
        first = offset - self._begin
        if first < 0 or first + size > len(self._held):
            return None
        self._end = offset + size
        return bytearray(self._held[first : first + size])

    def fill(self, path: str, buffer: memoryview, offset: int) -> int:
        """Fill a small buffer from the window, which moves on if this run follows the one before it; return the bytes filled."""
        size = len(buffer)
        follows = 0 <= offset - self._end <= _GAP
        self._end = offset + size
        if not (self._begin <= offset and self._end <= self._begin + len(self._held)):
            self._held = b""
            if not follows:
                return 0
            held = bytearray(_AHEAD)
            found = _read(self.file, path, memoryview(held), offset)
            self._begin, self._held = offset, bytes(held[:found])
        first = offset - self._begin
        part = self._held[first : first + size]
        buffer[: len(part)] = part
        return len(part)


def _window(windows: list[_Window], file: BinaryIO) -> _Window:
    """Return the window of a file; the oldest of more than `_MOST_WINDOWS` is given up."""
    for window in windows:
        if window.file is file:
            return window
    del windows[: len(windows) - _MOST_WINDOWS + 1]
    windows.append(_Window(file))
    return windows[-1]


@contextmanager
def neighbours() -> Iterator[None]:
    """Let this thread read small runs that follow one another in a file together, until the block ends.

    A file may have hundreds of thousands of tensors of a few bytes. An object of a store has ranges of its own.
    """
    before = getattr(_local, "windows", None)
    _local.windows = []
    try:
        yield
    finally:
        _local.windows = before


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
        source, offset = self._source, self._offset + start * itemsize
        windows: list[_Window] = getattr(_local, "windows", None) or []
        found = windows[-1].held(offset, count * itemsize) if windows and windows[-1].file is source else None
        content = buffer(count * itemsize) if found is None else memoryview(found)
        if callable(source):
            with file_of(source) as file:
                fill(file, self._path, content, offset)
        elif found is None:
            fill(source, self._path, content, offset)
        if self._seen is not None:
            self._seen(start * itemsize, content)
        return native(np.frombuffer(content, self._dtype))


def fill(file: BinaryIO, path: str, buffer: memoryview, offset: int) -> None:
    """Fill ``buffer`` from an offset of an open file; raise `UnreadableError` if the file is too short.

    Within `neighbours` a small run may come from bytes that were read with the one before it.
    """
    windows: list[_Window] | None = getattr(_local, "windows", None)
    rest = buffer
    if windows is not None and len(buffer) <= _SMALL and not isinstance(file, RemoteFile):
        rest = rest[_window(windows, file).fill(path, buffer, offset) :]
        offset += len(buffer) - len(rest)
    while rest:
        found = _read(file, path, rest, offset)
        if not found:
            raise EndedError(f"{path} ended while it was being read")
        rest, offset = rest[found:], offset + found


def _read(file: BinaryIO, path: str, buffer: memoryview, offset: int) -> int:
    """Fill a buffer or a part of it from an offset; return the number of bytes, 0 at the end of the file."""
    try:
        if isinstance(file, RemoteFile):
            return file.read_into(offset, buffer)
        return read_into(file.fileno(), buffer, offset)
    except OSError as error:
        raise UnreadableError(f"cannot read {path}: {error.strerror}") from error


def local_only(file: BinaryIO, path: str, what: str) -> None:
    """Raise `UnreadableError` for an object of a store that holds ``what``, which ranges do not give."""
    if isinstance(file, RemoteFile):
        raise UnreadableError(f"{path} holds {what}, which is read only from a disk; download it first")

"""A part of a file, read as a file of its own."""

from __future__ import annotations

import io
from typing import Any

from winitgen.files.input.raw_values import Source, file_of, fill


class FileSlice(io.RawIOBase):
    """``length`` bytes of a file from ``begin`` on; the file has them."""

    def __init__(self, source: Source, path: str, begin: int, length: int) -> None:
        self._source, self._path = source, path
        self._begin, self._length = begin, length
        self._position = 0

    def readable(self) -> bool:
        """Return that it can be read."""
        return True

    def seekable(self) -> bool:
        """Return that its position can be set."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Set the position, and return it."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._length}[whence]
        self._position = max(0, base + offset)
        return self._position

    def readinto(self, buffer: Any) -> int:
        """Read into a buffer, and return how many bytes were read."""
        view = memoryview(buffer).cast("B")
        count = max(0, min(len(view), self._length - self._position))
        if count:
            with file_of(self._source) as file:
                fill(file, self._path, view[:count], self._begin + self._position)
        self._position += count
        return count

"""A file object for the HDF5 library that rejects oversized reads and malformed heaps."""

from __future__ import annotations

import os
from typing import BinaryIO

from winitgen.files.input.opening import LONGEST_TEXT


class Positioned:
    """The methods of a Python file object that HDF5 calls, apart from reading and writing."""

    def __init__(self) -> None:
        self.size = 0
        self._position = 0

    def seek(self, offset: int, whence: int = 0) -> int:
        """Move to an offset from the beginning, the current position, or the end."""
        self._position = offset + (0, self._position, self.size)[whence]
        return self._position

    def tell(self) -> int:
        """Return the position."""
        return self._position

    def flush(self) -> None:
        """Do nothing: nothing is buffered."""


class GuardedFile(Positioned):
    """A file for reading in which no single read may exceed `LONGEST_TEXT`.

    A damaged file may declare an attribute of terabytes, and HDF5 would try to read it. In a heap whose
    objects do not fill it exactly, HDF5 would search for the next object forever.
    """

    def __init__(self, file: BinaryIO) -> None:
        super().__init__()
        self._file = file
        self.size = file.seek(0, 2)

    def read(self, count: int) -> bytes:
        """Return ``count`` bytes from the position, padded with zero bytes after the end of the file."""
        if count > LONGEST_TEXT:
            raise OSError("an attribute longer than any that winitgen writes")
        found = self._at(self._position, count).ljust(count, b"\0")
        if found.startswith(b"GCOL"):
            self._check_heap(self._position)
        self._position += count
        return found

    def _check_heap(self, begin: int) -> None:
        """Raise `OSError` for a global heap whose objects do not fill it (HDF5 file format, section III.E)."""
        size = int.from_bytes(self._at(begin + 8, 8), "little")
        if size > LONGEST_TEXT:
            raise OSError("a heap larger than any that winitgen writes")
        heap = self._at(begin, size)
        position = 16
        while position + 16 <= size:
            length = int.from_bytes(heap[position + 8 : position + 16], "little")
            free = heap[position : position + 2] == b"\0\0"
            position += length if free else 16 + -(-length // 8) * 8
            if (free and length < 16) or position > len(heap):
                raise OSError("a heap whose objects do not fill it")

    def _at(self, offset: int, count: int) -> bytes:
        """Return bytes from an offset, fewer at the end; processes that share the open file do not disturb it."""
        return os.pread(self._file.fileno(), count, offset)

    def readinto(self, buffer: memoryview) -> int:
        """Fill ``buffer`` from the current position."""
        buffer[:] = self.read(len(buffer))
        return len(buffer)

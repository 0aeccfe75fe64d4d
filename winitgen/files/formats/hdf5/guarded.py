"""A file object for the HDF5 library that guards what is read."""

from __future__ import annotations

from typing import BinaryIO

from winitgen.files.input.opening import LONGEST_TEXT


class Positioned:
    """What HDF5 calls of a Python file object beside reading and writing."""

    def __init__(self) -> None:
        self.size = 0
        self._position = 0

    def seek(self, offset: int, whence: int = 0) -> int:
        """Move to an offset from the beginning, the position, or the end."""
        self._position = offset + (0, self._position, self.size)[whence]
        return self._position

    def tell(self) -> int:
        """Return the position."""
        return self._position

    def flush(self) -> None:
        """Do nothing: nothing is held back."""


class GuardedFile(Positioned):
    """A file to be read, of which no single read may be longer than text ever is.

    A damaged file can claim that its attribute has terabytes; HDF5 would believe it. In a heap whose
    parts do not fill it, it would look for the next part for ever.
    """

    def __init__(self, file: BinaryIO) -> None:
        super().__init__()
        self._file = file
        self.size = file.seek(0, 2)

    def read(self, count: int) -> bytes:
        """Return ``count`` bytes from the position, zero bytes behind the file's end."""
        if count > LONGEST_TEXT:
            raise OSError("an attribute longer than any that winitgen writes")
        self._file.seek(self._position)
        found = self._file.read(count).ljust(count, b"\0")
        if found.startswith(b"GCOL"):
            self._check_heap(self._position)
        self._position += count
        return found

    def _check_heap(self, begin: int) -> None:
        """Raise `OSError` for a global heap that is not full of parts (HDF5's format, section III.E)."""
        self._file.seek(begin + 8)
        size = int.from_bytes(self._file.read(8), "little")
        if size > LONGEST_TEXT:
            raise OSError("a heap larger than any that winitgen writes")
        self._file.seek(begin)
        heap = self._file.read(size)
        position = 16
        while position + 16 <= size:
            length = int.from_bytes(heap[position + 8 : position + 16], "little")
            free = heap[position : position + 2] == b"\0\0"
            position += length if free else 16 + -(-length // 8) * 8
            if (free and length < 16) or position > len(heap):
                raise OSError("a heap whose parts do not fill it")

    def readinto(self, buffer: memoryview) -> int:
        """Fill ``buffer`` from the position."""
        buffer[:] = self.read(len(buffer))
        return len(buffer)

"""A file object for the HDF5 library that rejects oversized reads and malformed heaps."""

from __future__ import annotations

import os

from winitgen.files.descriptors import read_into
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
    """An open descriptor for reading, in which no single read may exceed ``most`` bytes.

    A damaged file may declare an attribute of terabytes, and HDF5 would try to read it. In a heap whose
    objects do not fill it exactly, HDF5 would search for the next object forever. ``failed`` is the error of the
    system that ended a read, if one did: HDF5 itself only says that it could not read. ``refused`` says that a read was too large.
    """

    def __init__(self, descriptor: int) -> None:
        super().__init__()
        self._descriptor = descriptor
        self.size = os.fstat(descriptor).st_size
        self.most = LONGEST_TEXT
        self.failed: OSError | None = None
        self.refused = False

    def readinto(self, buffer: memoryview) -> int:
        """Fill ``buffer`` from the current position, with zero bytes after the end of the file."""
        whole = memoryview(buffer).cast("B")
        if len(whole) > self.most:
            self.refused = True
            raise ValueError("an attribute or a chunk longer than any that winitgen reads")
        self._fill(whole, self._position)
        if bytes(whole[:4]) == b"GCOL":
            self._check_heap(self._position)
        self._position += len(whole)
        return len(whole)

    def read(self, count: int) -> bytes:
        """Return ``count`` bytes from the position, padded with zero bytes after the end of the file."""
        if count > self.most:
            self.refused = True
            raise ValueError("an attribute or a chunk longer than any that winitgen reads")
        found = bytearray(count)
        self.readinto(memoryview(found))
        return bytes(found)

    def _fill(self, buffer: memoryview, offset: int) -> None:
        """Fill a buffer from an offset, whatever the position."""
        while buffer:
            try:
                found = read_into(self._descriptor, buffer, offset)
            except OSError as error:
                self.failed = error
                raise
            if not found:
                buffer[:] = bytes(len(buffer))
                return
            buffer, offset = buffer[found:], offset + found

    def _check_heap(self, begin: int) -> None:
        """Raise `ValueError` for a global heap whose objects do not fill it (HDF5 file format, section III.E)."""
        head = bytearray(8)
        self._fill(memoryview(head), begin + 8)
        size = int.from_bytes(head, "little")
        if size > LONGEST_TEXT:
            raise ValueError("a heap larger than any that winitgen writes")
        heap = bytearray(min(size, max(0, self.size - begin)))
        self._fill(memoryview(heap), begin)
        position = 16
        while position + 16 <= size:
            length = int.from_bytes(heap[position + 8 : position + 16], "little")
            free = heap[position : position + 2] == b"\0\0"
            position += length if free else 16 + -(-length // 8) * 8
            if (free and length < 16) or position > len(heap):
                raise ValueError("a heap whose objects do not fill it")

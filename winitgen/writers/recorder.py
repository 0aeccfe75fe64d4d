"""File objects for the HDF5 library: one that keeps what is written, one that guards what is read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO

from winitgen.readers.opening import LONGEST_TEXT
from winitgen.writers.base import Piece

_PAGE = 4096


class _Positioned:
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


class Recorder(_Positioned):
    """A file of any size in little memory: only the pages that were written to exist."""

    def __init__(self) -> None:
        super().__init__()
        self._pages: dict[int, bytearray] = {}

    def write(self, content: bytes) -> int:
        """Keep ``content`` at the position."""
        rest = memoryview(content).cast("B")
        for page, begin, end in self._spans(len(rest)):
            self._pages.setdefault(page, bytearray(_PAGE))[begin:end] = rest[: end - begin]
            rest = rest[end - begin :]
        self.size = max(self.size, self._position)
        return len(content)

    def read(self, count: int) -> bytes:
        """Return what was written at the position, zero bytes where nothing was."""
        empty = bytes(_PAGE)
        return b"".join(self._pages.get(page, empty)[begin:end] for page, begin, end in self._spans(count))

    def readinto(self, buffer: memoryview) -> int:
        """Fill ``buffer`` from the position."""
        buffer[:] = self.read(len(buffer))
        return len(buffer)

    def truncate(self, size: int | None = None) -> int:
        """Set the file's size."""
        self.size = self._position if size is None else size
        return self.size

    def pieces(self, holes: Sequence[tuple[int, int]]) -> list[Piece]:
        """Return all that was written outside of ``holes``, and the file's last byte."""
        if self.size:
            self._pages.setdefault((self.size - 1) // _PAGE, bytearray(_PAGE))
        pieces = []
        begin = 0
        for hole, behind in [*sorted(hole for hole in holes if hole[0] < hole[1]), (self.size, self.size)]:
            pieces += self._written(begin, hole)
            begin = behind
        return pieces

    def _written(self, begin: int, end: int) -> list[Piece]:
        """Return the written bytes between two offsets, joined where pages follow one another."""
        pieces: list[Piece] = []
        for page in range(begin // _PAGE, -(-end // _PAGE)):
            if page not in self._pages:
                continue
            start = max(begin, page * _PAGE)
            content = bytes(self._pages[page][start - page * _PAGE : end - page * _PAGE])
            if pieces and pieces[-1].offset + len(pieces[-1].content) == start:
                start, content = pieces[-1].offset, pieces.pop().content + content
            pieces.append(Piece(start, content))
        return pieces

    def _spans(self, count: int) -> list[tuple[int, int, int]]:
        """Cut ``count`` bytes from the position into (page, begin, end) and move past them."""
        spans = []
        end = self._position + count
        while self._position < end:
            page, begin = divmod(self._position, _PAGE)
            size = min(_PAGE - begin, end - self._position)
            spans.append((page, begin, begin + size))
            self._position += size
        return spans


class Careful(_Positioned):
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

"""A file object for the HDF5 library that records what is written."""

from __future__ import annotations

from collections.abc import Sequence

from winitgen.files.formats.format import FixedBytes
from winitgen.files.formats.hdf5.guarded import Positioned

_PAGE = 4096


class Recorder(Positioned):
    """A file of any size in little memory: only the pages that were written are stored."""

    def __init__(self) -> None:
        super().__init__()
        self._pages: dict[int, bytearray] = {}

    def write(self, content: bytes) -> int:
        """Record ``content`` at the current position."""
        rest = memoryview(content).cast("B")
        for page, begin, end in self._spans(len(rest)):
            self._pages.setdefault(page, bytearray(_PAGE))[begin:end] = rest[: end - begin]
            rest = rest[end - begin :]
        self.size = max(self.size, self._position)
        return len(content)

    def read(self, count: int) -> bytes:
        """Return the bytes at the current position; bytes never written are zero."""
        empty = bytes(_PAGE)
        return b"".join(self._pages.get(page, empty)[begin:end] for page, begin, end in self._spans(count))

    def readinto(self, buffer: memoryview) -> int:
        """Fill ``buffer`` from the current position."""
        buffer[:] = self.read(len(buffer))
        return len(buffer)

    def truncate(self, size: int | None = None) -> int:
        """Set the file's size."""
        self.size = self._position if size is None else size
        return self.size

    def written(self, holes: Sequence[tuple[int, int]]) -> list[FixedBytes]:
        """Return all bytes written outside ``holes``, and the last byte of the file; they are not kept here as well."""
        if self.size:
            self._pages.setdefault((self.size - 1) // _PAGE, bytearray(_PAGE))
        found = []
        begin = 0
        for hole, after in [*sorted(hole for hole in holes if hole[0] < hole[1]), (self.size, self.size)]:
            found += self._between(begin, hole)
            begin = after
        return found

    def _between(self, begin: int, end: int) -> list[FixedBytes]:
        """Return the bytes written between two offsets, with adjacent pages joined."""
        runs: list[tuple[int, bytearray]] = []
        for page in range(begin // _PAGE, -(-end // _PAGE)):
            if page not in self._pages:
                continue
            start = max(begin, page * _PAGE)
            held = self._pages[page] if end < (page + 1) * _PAGE else self._pages.pop(page)
            content = held[start - page * _PAGE : end - page * _PAGE]
            if runs and runs[-1][0] + len(runs[-1][1]) == start:
                runs[-1][1].extend(content)
            else:
                runs.append((start, content))
        return [FixedBytes(start, bytes(content)) for start, content in runs]

    def _spans(self, count: int) -> list[tuple[int, int, int]]:
        """Split the next ``count`` bytes into (page, begin, end) and advance the position past them."""
        spans = []
        end = self._position + count
        while self._position < end:
            page, begin = divmod(self._position, _PAGE)
            size = min(_PAGE - begin, end - self._position)
            spans.append((page, begin, begin + size))
            self._position += size
        return spans

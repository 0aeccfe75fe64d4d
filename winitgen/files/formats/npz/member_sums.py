"""The checksums of stored members: of bytes that pass by while the values are read, in any order and any thread.

``numpy.load`` refuses a member whose checksum is wrong. Those of packed members are compared as they are unpacked.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, BinaryIO

from winitgen.files.input.open_file import quoted
from winitgen.files.input.other_reading import OtherReading
from winitgen.files.input.raw_values import Seen, fill
from winitgen.files.output.crc32 import combine_all
from winitgen.numeric.process_lock import ProcessLock

if TYPE_CHECKING:
    from winitgen.files.formats.npz.member import MemberPlace

_RUN = 1 << 20
_SUM_BITS = 32
_LOCK = ProcessLock()


class MemberSum:
    """The checksum of one stored member, whose values begin ``header`` bytes after its first."""

    __slots__ = ("_file", "_first", "_header", "_later", "_path", "_place")

    def __init__(self, place: MemberPlace, header: int, file: BinaryIO, path: str) -> None:
        self._place = place
        self._header = header
        self._file = file
        self._path = path
        self._first = 0  # one number for length and checksum: an archive may have very many members
        self._later: dict[int, int] | None = None

    def __call__(self, offset: int, content: memoryview) -> None:
        """Take a run of the values that begins ``offset`` bytes after their first; of two at one place the longer counts."""
        run = len(content) << _SUM_BITS | zlib.crc32(content)
        if offset == 0:
            self._first = max(self._first, run)
            return
        if self._later is None:
            with _LOCK:
                self._later = self._later or {}
        self._later[offset] = max(self._later.get(offset, 0), run)

    def behind(self, begin: int) -> Seen:
        """Return what takes runs of the values that begin ``begin`` bytes after their first."""
        return (lambda offset, content: self(begin + offset, content)) if begin else self

    def is_wrong(self, read_rest: bool) -> bool:
        """Tell whether the member has another checksum than the directory says; not if values were not read.

        With ``read_rest`` such a member is read through. Raises `UnreadableError` if it ends too early.
        """
        runs, end = [self._read(0, self._header)], self._header
        while (run := self._seen(end - self._header))[1]:
            runs.append(run)
            end += run[1]
        size = self._place.size
        if end < size and not read_rest:
            return False
        runs += [self._read(begin, min(begin + _RUN, size)) for begin in range(end, size, _RUN)]
        return combine_all(runs) != self._place.checksum

    def _seen(self, offset: int) -> tuple[int, int]:
        """Return checksum and length of the run that begins at an offset, of length 0 if none does."""
        run = self._first if offset == 0 else (self._later or {}).get(offset, 0)
        return run & (1 << _SUM_BITS) - 1, run >> _SUM_BITS

    def _read(self, begin: int, end: int) -> tuple[int, int]:
        content = bytearray(end - begin)
        fill(self._file, self._path, memoryview(content), self._place.begin + begin)
        return zlib.crc32(content), len(content)

    @property
    def reading(self) -> OtherReading:
        """What a wrong checksum means."""
        return OtherReading(
            f"{quoted(self._place.name)} does not have the checksum that the archive says, so that numpy.load refuses it"
        )


def wrong_sums(sums: Sequence[MemberSum], read_rest: bool) -> list[OtherReading]:
    """Return a line for each member with a wrong checksum."""
    return [one.reading for one in sums if one.is_wrong(read_rest)]

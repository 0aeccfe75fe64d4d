"""Unpacks a member of a zip forward, and tells whether its stream ends where the member does.

Python's ``zipfile`` stops after as many unpacked bytes as the directory says. Readers that take a zip from its front go
on to the end of the stream: if that is not the member's own, what stands behind it is another member to them.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterable
from typing import TYPE_CHECKING, BinaryIO

from winitgen.files.formats.npz.packings import PackedStreamError, some_of, unpacker, word_for
from winitgen.files.input.open_file import quoted
from winitgen.files.input.other_reading import OtherReading
from winitgen.files.input.raw_values import fill

if TYPE_CHECKING:
    from winitgen.files.formats.npz.member import MemberPlace

_RUN = 1 << 16


class MemberStream:
    """The unpacked bytes of one member, from its first on; ``position`` is the number of those that were read."""

    def __init__(self, place: MemberPlace, file: BinaryIO, path: str) -> None:
        self._place, self._file, self._path = place, file, path
        self._packed = place.begin
        self._unpacker = unpacker(place.method, place.size)
        self._sum = 0
        self.position = 0

    @property
    def memory(self) -> int:
        """About what it holds, in bytes."""
        return self._unpacker.memory

    def read(self, count: int) -> bytes:
        """Return up to ``count`` bytes, none if the stream ends; raise `PackedStreamError` for a damaged one.

        Raises `ValueError` if all bytes of the member have another checksum than the directory says.
        """
        place = self._place
        found = some_of(self._unpacker, self._next, min(count, place.size - self.position))
        self.position += len(found)
        self._sum = zlib.crc32(found, self._sum)
        if found and self.position == place.size and place.checksum not in (None, self._sum):
            raise ValueError
        return found

    def ends_with_member(self) -> bool:
        """Return whether the rest of the stream is nothing but its end, which is the member's, too.

        A stream of LZMA may have no end; its readers go by the size of the member.
        """
        while self.position < self._place.size:
            if not self.read(_RUN):
                return False
        if self._place.endless:
            return True
        return (
            not some_of(self._unpacker, self._next, 1)
            and self._unpacker.eof
            and not self._unpacker.behind + self._place.end - self._packed
        )

    def _next(self) -> bytes:
        """Return packed bytes that follow those before, none at the end of the member."""
        content = bytearray(max(0, min(_RUN, self._place.end - self._packed)))
        fill(self._file, self._path, memoryview(content), self._packed)
        self._packed += len(content)
        return bytes(content)


class MemberBytes(io.RawIOBase):
    """The unpacked bytes of a member as a stream of Python's; raises what a `MemberStream` raises."""

    def __init__(self, stream: MemberStream) -> None:
        self.stream = stream

    def readable(self) -> bool:
        """Say that there are bytes to read."""
        return True

    def tell(self) -> int:
        """Return how many bytes were read."""
        return self.stream.position

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Fill a buffer, or the front of it, and return the number of bytes; 0 at the end."""
        found = self.stream.read(len(buffer))
        buffer[: len(found)] = found
        return len(found)


def hidden_behind(places: Iterable[MemberPlace], file: BinaryIO, path: str) -> list[OtherReading]:
    """Return a line for each packed member whose stream ends elsewhere than it does; all of them are unpacked."""
    return [longer(place) for place in places if not ends(MemberStream(place, file, path))]


def ends(stream: MemberStream) -> bool:
    """Return whether a stream ends with its member; a wrong checksum is told once the bytes are asked for."""
    try:
        return stream.ends_with_member()
    except ValueError:
        return ends(stream)  # which is behind the checksum now
    except PackedStreamError:
        return False


def longer(place: MemberPlace) -> OtherReading:
    """Return what it means that a member's stream does not end where the directory says."""
    return OtherReading(
        f"the {word_for(place.method)} stream of {quoted(place.name)} does not end where the member does, and readers from the front go by the stream"
    )

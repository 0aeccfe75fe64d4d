"""Unpacks a deflated member of a zip forward, and tells whether its stream ends where the member does (RFC 1951).

Python's ``zipfile`` stops after as many unpacked bytes as the directory says. Readers that take a zip from its front go
on to the end of the stream: if that is not the member's own, what stands behind it is another member to them.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from typing import TYPE_CHECKING, BinaryIO

from winitgen.files.input.open_file import quoted
from winitgen.files.input.other_reading import OtherReading
from winitgen.files.input.raw_values import fill

if TYPE_CHECKING:
    from winitgen.files.formats.npz.member import MemberPlace

_RUN = 1 << 16


class Inflating:
    """The unpacked bytes of one member, from its first on; ``position`` is the number of those that were read."""

    def __init__(self, place: MemberPlace, file: BinaryIO, path: str) -> None:
        self._place, self._file, self._path = place, file, path
        self._packed = place.begin
        self._inflate = zlib.decompressobj(-zlib.MAX_WBITS)
        self._sum = 0
        self.position = 0

    def read(self, count: int) -> bytes:
        """Return up to ``count`` bytes, none if the stream ends; raise `zlib.error` for a damaged one.

        Raises `ValueError` if all bytes of the member have another checksum than the directory says.
        """
        place = self._place
        found = self._more(min(count, place.size - self.position))
        self.position += len(found)
        self._sum = zlib.crc32(found, self._sum)
        if found and self.position == place.size and self._sum != place.checksum:
            raise ValueError
        return found

    def ends_with_member(self) -> bool:
        """Return whether the rest of the stream is nothing but its end, which is the member's, too."""
        while self.position < self._place.size:
            if not self.read(_RUN):
                return False
        return not self._more(1) and self._inflate.eof and not self._rest()

    def _more(self, most: int) -> bytes:
        """Return some unpacked bytes, at least one unless the stream or the member ends."""
        while most > 0 and not self._inflate.eof:
            packed = self._inflate.unconsumed_tail or self._next()
            if found := self._inflate.decompress(packed, most):
                return found
            if not packed:
                break
        return b""

    def _next(self) -> bytes:
        """Return packed bytes that follow those before, none at the end of the member."""
        content = bytearray(max(0, min(_RUN, self._place.end - self._packed)))
        fill(self._file, self._path, memoryview(content), self._packed)
        self._packed += len(content)
        return bytes(content)

    def _rest(self) -> int:
        """Return the number of the member's bytes behind the end of the stream."""
        return len(self._inflate.unused_data) + self._place.end - self._packed


def hidden_behind(places: Iterable[MemberPlace], file: BinaryIO, path: str) -> list[OtherReading]:
    """Return a line for each deflated member whose stream ends elsewhere than it does; all of them are unpacked."""
    return [longer(place) for place in places if not _ends(Inflating(place, file, path))]


def _ends(stream: Inflating) -> bool:
    try:
        return stream.ends_with_member()
    except ValueError:  # of the checksum, which is told once the bytes are asked for
        return stream.ends_with_member()
    except zlib.error:
        return False


def longer(place: MemberPlace) -> OtherReading:
    """Return what it means that a member's stream does not end where the directory says."""
    return OtherReading(
        f"the deflated stream of {quoted(place.name)} does not end where the member does, and readers from the front go by the stream"
    )

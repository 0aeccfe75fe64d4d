"""Where the compressed stream of a chunk ends, without its values: libraries differ in what they make of bytes behind it.

From the specifications of the streams: RFC 1950 and 1952, RFC 8878 for Zstandard, and the header of 16 bytes of Blosc.
"""

from __future__ import annotations

import bz2
import os
import zlib
from collections.abc import Callable
from typing import Any, BinaryIO, NamedTuple

_PIECE = 1 << 16
_MOST_UNPACKED = 1 << 20
_MOST_BLOCKS = 1 << 20
"""Blocks of one frame of Zstandard, each of which has up to 128 KiB of values."""
_HEADS = 1 << 12
"""Bytes that are read at once to find the headers of blocks, which may be empty, and stand side by side."""
MOST_BEHIND = 1_000
"""Streams without values that are looked at before and behind one with values: writers leave none or one."""
_FRAME, _SKIPPED = 0xFD2FB528, 0x184D2A50
_SIZES = (1, 2, 4, 8)


class StreamEnd(NamedTuple):
    """The bytes that a stream takes, and how many it holds, None if it does not say."""

    taken: int
    held: int | None


class TooManyPartsError(ValueError):
    """A stream of so many parts that its end is not looked for; the text says so, as the end of a clause."""


Find = Callable[[BinaryIO, int, int, int], StreamEnd | None]
"""Returns where the stream ends that starts at a place of a file; the end of the bytes and the most that it may hold come after it.

A stream that is cut off takes more than there is. It is None for what is no such stream, or a damaged one.
`TooManyPartsError` is raised for one that would take too much work.
"""


class _Unpacking:
    """Python's own decompressor as one that gives a bounded number of bytes at a time."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._of: Any = (
            bz2.BZ2Decompressor() if kind == "bz2" else zlib.decompressobj(31 if kind == "gzip" else 15)
        )

    def feed(self, piece: bytes, most: int) -> int:
        """Unpack a piece, and return how many bytes it gave; stop above ``most`` and at the end of the stream."""
        given = 0
        while not self._of.eof and given <= most:
            found = len(self._of.decompress(piece, _MOST_UNPACKED))
            given += found
            piece = b"" if self._kind == "bz2" else self._of.unconsumed_tail
            if self._needs(piece, found):
                break
        return given

    def _needs(self, left: bytes, found: int) -> bool:
        return bool(self._of.needs_input) if self._kind == "bz2" else not left and found < _MOST_UNPACKED

    @property
    def ended(self) -> bool:
        """Whether the stream has ended."""
        return bool(self._of.eof)

    @property
    def behind(self) -> int:
        """The bytes that were fed and are behind the stream."""
        return len(self._of.unused_data)


def _unpacked(kind: str) -> Find:
    def find(file: BinaryIO, start: int, stop: int, most: int) -> StreamEnd | None:
        unpacking, held, place = _Unpacking(kind), 0, start
        file.seek(start)
        while not unpacking.ended and held <= most:
            piece = file.read(min(_PIECE, stop - place))
            if not piece:
                return StreamEnd(stop - start + 1, held)
            place += len(piece)
            try:
                held += unpacking.feed(piece, most - held)
            except (zlib.error, OSError):
                return None
        return StreamEnd(place - unpacking.behind - start if unpacking.ended else stop - start, held)

    return find


def _zstd(file: BinaryIO, start: int, stop: int, _: int) -> StreamEnd | None:
    """Find the end of a frame; one that is to be skipped holds nothing."""
    begin = after_skipped(file, start, stop)
    if begin > start:
        return StreamEnd(begin - start, 0)
    file.seek(begin)
    head = file.read(min(18, stop - begin))
    if len(head) < 6 or int.from_bytes(head[:4], "little") != _FRAME:
        return None
    about = head[4]
    single, sums = about >> 5 & 1, 4 * (about >> 2 & 1)
    place = 5 + (1 - single) + (0, 1, 2, 4)[about & 3]
    width = _SIZES[about >> 6] if about >> 6 or single else 0
    held = int.from_bytes(head[place : place + width], "little") + (256 if about >> 6 == 1 else 0)
    blocks = _blocks(file, begin + place + width, stop)
    if blocks is None or blocks.taken + sums > stop:
        return None
    return StreamEnd(blocks.taken + sums - start, held if width else blocks.held)


def _blocks(file: BinaryIO, place: int, stop: int) -> StreamEnd | None:
    """Return the place behind the last block of a frame, None if there is none before ``stop``, and the bytes of the blocks.

    Those of a block that is compressed are not known.
    """
    held: int | None = 0
    piece, first = b"", place
    for _ in range(_MOST_BLOCKS):
        if place + 3 > first + len(piece):
            file.seek(place)
            piece, first = file.read(max(0, min(_HEADS, stop - place))), place
        head = piece[place - first : place - first + 3]
        if len(head) < 3:
            return None
        found = int.from_bytes(head, "little")
        kind, size = found >> 1 & 3, found >> 3
        held = None if held is None or kind > 1 else held + size
        place += 3 + (1 if kind == 1 else size)
        if place > stop:
            return None
        if found & 1:
            return StreamEnd(place, held)
    raise TooManyPartsError(f"has a frame of Zstandard of more than {_MOST_BLOCKS:,} blocks")


def after_skipped(file: BinaryIO, place: int, stop: int) -> int:
    """Return the place behind frames of Zstandard that are to be skipped."""
    for _ in range(MOST_BEHIND):
        file.seek(place)
        head = file.read(min(8, stop - place))
        end = place + 8 + int.from_bytes(head[4:], "little")
        if len(head) < 8 or int.from_bytes(head[:4], "little") & ~15 != _SKIPPED or end > stop:
            return place
        place = end
    raise TooManyPartsError(f"has more than {MOST_BEHIND:,} frames of Zstandard that are to be skipped")


def after_zeros(file: BinaryIO, place: int, stop: int) -> int:
    """Return the place behind bytes of zero."""
    file.seek(place)
    while place < stop:
        piece = file.read(min(_PIECE, stop - place))
        kept = piece.lstrip(b"\0")
        place += len(piece) - len(kept)
        if kept or not piece:
            break
    return place


def _blosc(file: BinaryIO, start: int, stop: int, _: int) -> StreamEnd | None:
    file.seek(start)
    head = file.read(min(16, stop - start))
    taken = int.from_bytes(head[12:16], "little")
    if len(head) < 16 or taken < 16:
        return None
    return StreamEnd(taken, int.from_bytes(head[4:8], "little"))


STREAMS: dict[str, Find] = {
    "blosc": _blosc,
    "zstd": _zstd,
    "bz2": _unpacked("bz2"),
    "gzip": _unpacked("gzip"),
    "zlib": _unpacked("zlib"),
}


def size_of(file: BinaryIO) -> int:
    """Return the bytes of an open file."""
    return os.fstat(file.fileno()).st_size

"""The wire format of Protocol Buffers: the fields of a message, by their places in a file; no message is held in memory.

The package ``onnx`` would read a model into memory as a whole, and none beyond 2 GiB. The format is described at
https://protobuf.dev/programming-guides/encoding/: a field is its number and its kind in one variable-length number, and its value.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from winitgen.errors import UnreadableError

NUMBER, EIGHT, BYTES, FOUR = 0, 1, 2, 5
"""Kinds of a field: a number of variable length, 8 bytes, bytes of a given length, 4 bytes."""

MOST_FIELDS = 3_000_000
MOST_KEPT = 1 << 25
LONGEST_NUMBER, _LONGEST_LENGTH = 10, 5
_MOST_NUMBERS = 1 << 29
_WINDOW = 1 << 14


class WireField(NamedTuple):
    """A field: its number, its kind, its value if that is a number, else where its bytes begin, and how many there are."""

    number: int
    kind: int
    value: int
    length: int = 0

    @property
    def end(self) -> int:
        """Where its bytes end."""
        return self.value + self.length


class WireFault(Exception):
    """Bytes that are no message; the text says why."""


class WireReader:
    """Reads messages of an open file, of which a window is held; every fault of the file is one line."""

    def __init__(self, file: BinaryIO, path: str) -> None:
        self._file, self._path = file, path
        self.size = file.seek(0, os.SEEK_END)
        self._window, self._begin = b"", 0
        self._fields, self._kept = MOST_FIELDS, MOST_KEPT

    def fields(self, begin: int, end: int) -> Iterator[WireField]:
        """Yield the fields of the message between two places; raise `WireFault` if it is none."""
        position = begin
        while position < end:
            self.count()
            tag, position = self._number(position, end, _LONGEST_LENGTH)
            number, kind = tag >> 3, tag & 7
            if not 0 < number < _MOST_NUMBERS:
                raise WireFault("it has a field of an unknown kind")
            if kind == NUMBER:
                value, position = self._number(position, end)
                yield WireField(number, kind, value)
                continue
            if kind == BYTES:
                length, position = self._number(position, end, _LONGEST_LENGTH)
            else:
                length = {EIGHT: 8, FOUR: 4}.get(kind, -1)
            if length < 0:
                raise WireFault("it has a field of an unknown kind")
            if length > end - position:
                raise WireFault("it ends within a field")
            yield WireField(number, kind, position, length)
            position += length

    def numbers(self, field: WireField) -> Iterator[int]:
        """Yield the numbers of variable length of which a field is a list; each counts as a field."""
        position = field.value
        while position < field.end:
            self.count()
            value, position = self._number(position, field.end)
            yield value

    def count(self, fields: int = 1) -> None:
        """Note that there are ``fields`` more; raise `UnreadableError` if they are too many beside those before."""
        self._fields -= fields
        if self._fields < 0:
            raise self.too_large(f"more than {MOST_FIELDS:,} fields")

    def _number(self, position: int, end: int, longest: int = LONGEST_NUMBER) -> tuple[int, int]:
        """Return a number of variable length, of 64 bits, and where it ends; of ``longest`` bytes, as Protocol Buffers allow."""
        index = position - self._begin
        if position < end and 0 <= index < len(self._window) and (byte := self._window[index]) < 0x80:
            return byte, position + 1  # nearly all of them
        most = min(longest, end - position)
        if index < 0 or index + most > len(self._window):
            self._load(position)
            index = 0
        found = shift = 0
        for byte in self._window[index : index + most]:
            position += 1
            found |= (byte & 0x7F) << shift
            if byte < 0x80:
                return found & 0xFFFF_FFFF_FFFF_FFFF, position
            shift += 7
        raise WireFault(
            "it has a number that is too long" if shift == 7 * longest else "it ends within a field"
        )

    def _load(self, position: int) -> None:
        self._file.seek(position)
        self._window, self._begin = self._file.read(_WINDOW), position

    def content(self, field: WireField, most: int) -> bytes:
        """Return the first bytes of a field, ``most`` of them, none of a number; they are kept, of which there may be only so many."""
        count = min(field.length, most) if field.kind == BYTES else 0
        if not count:
            return b""
        self.keep(count)
        return self.glance(field.value, count)

    def glance(self, begin: int, count: int) -> bytes:
        """Return ``count`` bytes from a place on, which are not kept."""
        index = begin - self._begin
        if index >= 0 and index + count <= len(self._window):
            return self._window[index : index + count]
        self._file.seek(begin)
        return self._file.read(count)

    def keep(self, count: int) -> None:
        """Note that ``count`` bytes are kept; raise `UnreadableError` if they are too many beside those before."""
        self._kept -= count
        if self._kept < 0:
            raise self.too_large(f"more than {MOST_KEPT:,} bytes of names and texts")

    def too_large(self, why: str) -> UnreadableError:
        """Return the error for a model with more of something than is read."""
        return UnreadableError(f"{self._path} has a header that is too large to read: {why}")


def word(value: int) -> int:
    """Return the 32 bits that are taken of a number, of which a list of formats or places needs no more.

    >>> word(2**32 + 1), word(7)
    (1, 7)
    """
    return value & 0xFFFF_FFFF


def signed(value: int) -> int:
    """Return a number of 64 bits as one with a sign.

    >>> signed(3), signed(2**64 - 3)
    (3, -3)
    """
    return value - (1 << 64) if value >> 63 else value

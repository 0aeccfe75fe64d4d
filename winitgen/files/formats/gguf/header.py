"""The header of a GGUF file: pairs of a key and a value, and the name, shape, number format and place of each tensor.

The format is described in ggml's ``docs/gguf.md``. Texts and lists have their lengths in front, of 8 bytes.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from typing import Any, BinaryIO, NamedTuple

from winitgen.errors import UnreadableError
from winitgen.files.input.open_file import MOST_TENSORS, quoted

MAGIC = b"GGUF"
VERSIONS = (2, 3)
ALIGNMENT = "general.alignment"
MOST_AXES = 64
MOST_ALL_AXES = 4 * MOST_TENSORS
"""Of all tensors together: llama.cpp has room for four of each, and each of many more takes memory."""

MOST_KEYS = 100_000
MOST_ITEMS = 4_000_000
"""Texts in lists, such as the words of a tokenizer, which have to be passed one by one."""

MOST_KEPT = 1 << 25
DEEPEST = 8
LONGEST_NAME = 65_535
LONGEST_SHOWN = 1000
MOST_SHOWN = 8

_NUMBERS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_UINT32, _TEXT, _LIST = 4, 8, 9


class TensorEntry(NamedTuple):
    """A tensor: its name, its shape with the last axis running fastest, its format's number, and where it begins.

    ``offset`` is counted from the beginning of the data.
    """

    name: str
    shape: tuple[int, ...]
    type: int
    offset: int


class GgufHeader(NamedTuple):
    """What stands in front of the data, and what is told of it: a key that stands twice, empty if none does.

    ``refused`` says of the keys what llama.cpp refuses of them, as a clause; empty if it takes all.
    """

    version: int
    big: bool
    metadata: dict[str, str]
    alignment: int
    tensors: list[TensorEntry]
    twice: str
    refused: str
    end: int


class _Cursor:
    """Reads a file forward, whose every fault is one line."""

    def __init__(self, file: BinaryIO, path: str) -> None:
        self._file, self._path = file, path
        self._size = file.seek(0, os.SEEK_END)
        self._items = 0
        self._kept = 0
        self.order = "<"
        self.nested = ""
        file.seek(len(MAGIC))

    def fault(self, why: str) -> UnreadableError:
        return UnreadableError(f"{self._path} is a damaged GGUF file: {why}")

    def too_large(self, what: str) -> UnreadableError:
        """Return the error of a header that holds more than ``what``."""
        return UnreadableError(f"{self._path} has a header that is too large to read: more than {what}")

    @property
    def position(self) -> int:
        return self._file.tell()

    def take(self, count: int) -> bytes:
        found = self._file.read(count)
        if len(found) < count:
            raise self.fault("it ends within its header")
        return found

    def keep(self, count: int) -> bytes:
        """Return bytes that are kept as text, of which there may be only so many."""
        self._kept += count
        if self._kept > MOST_KEPT:
            raise self.too_large(f"{MOST_KEPT:,} bytes of names and texts")
        return self.take(count)

    def skip(self, count: int) -> None:
        if count > self._size - self.position:
            raise self.fault("it ends within its header")
        self._file.seek(count, os.SEEK_CUR)

    def number(self, code: str) -> Any:
        form = f"{self.order}{code}"
        return struct.unpack(form, self.take(struct.calcsize(form)))[0]

    def text(self, longest: int) -> str:
        """Return a text, of a longer one the beginning and three dots."""
        count = self.number("Q")
        found = self.keep(min(count, longest)).decode(errors="replace")
        if count <= longest:
            return found
        self.skip(count - longest)
        return f"{found}..."

    def name(self) -> str:
        """Return a key or the name of a tensor; bytes that are not UTF-8 are halves of characters, as in names of files."""
        count = self.number("Q")
        if count > self._size - self.position:
            raise self.fault("it ends within its header")
        if count > LONGEST_NAME:
            raise self.too_large(f"{LONGEST_NAME:,} bytes in one name")
        return self.keep(count).decode(errors="surrogateescape")

    def value(self, kind: int, key: str, depth: int = 0) -> Any:
        """Return a value, of a list its first ones and their whole number as text."""
        if kind in _NUMBERS:
            return self.number(_NUMBERS[kind])
        if kind == _TEXT:
            return self.text(LONGEST_SHOWN)
        if kind == _LIST and depth == DEEPEST:
            raise self.too_large(f"{DEEPEST} levels of lists in the value of {quoted(key)}")
        if kind != _LIST:
            raise self.fault(f"the value of {quoted(key)} has the unknown type {kind}")
        kind, count = self.number("I"), self.number("Q")
        if kind not in {*_NUMBERS, _TEXT, _LIST}:
            raise self.fault(f"the value of {quoted(key)} has the unknown type {kind}")
        self.nested = self.nested or (key if kind == _LIST else "")
        most = 0 if depth else MOST_SHOWN
        shown = [self.value(kind, key, depth + 1) for _ in range(min(count, most))]
        if kind in _NUMBERS:
            self.skip((count - len(shown)) * struct.calcsize(_NUMBERS[kind]))
        else:
            self._pass(count - len(shown), kind, key, depth)
        more = [f"... {count:,} values"] if count > len(shown) else []
        return f"[{', '.join([*map(written, shown), *more])}]"

    def _pass(self, count: int, kind: int, key: str, depth: int) -> None:
        """Pass texts or lists of a list without keeping them."""
        self._items += count
        if self._items > MOST_ITEMS:
            raise self.too_large(f"{MOST_ITEMS:,} texts in lists")
        for _ in range(count):
            if kind == _TEXT:
                self.skip(self.number("Q"))
            else:
                self.value(kind, key, depth + 1)


def written(value: Any) -> str:
    """Return a value as text, a number with as many digits as float32 has.

    >>> written(0.1), written(True), written(7)
    ('0.1', 'true', '7')
    """
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:.7g}" if isinstance(value, float) else str(value)


def header_of(file: BinaryIO, path: str, most: int = MOST_TENSORS) -> GgufHeader:
    """Return the header of an open file; raise `UnreadableError` for one that llama.cpp refuses, too, or with more than ``most`` tensors."""
    cursor = _Cursor(file, path)
    version = cursor.number("I")
    if version & 0xFFFF == 0:  # the only number in it that is surely small tells the byte order
        cursor.order = ">"
        version >>= 16
        version = (version >> 8 | version << 8) & 0xFFFF
    if version not in VERSIONS:
        raise UnreadableError(
            f"{path} is a GGUF file of version {version}, which is not read; versions 2 and 3 are"
        )
    count, keys = cursor.number("Q"), cursor.number("Q")
    if count > most or keys > MOST_KEYS:
        raise cursor.too_large(f"{MOST_TENSORS:,} tensors or {MOST_KEYS:,} keys")
    metadata: dict[str, str] = {}
    alignment, twice, refused = 32, "", ""
    for _ in range(keys):
        key = cursor.name()
        kind = cursor.number("I")
        value = cursor.value(kind, key)
        refused = refused or _refused(key, kind, cursor.nested)
        twice = twice or (key if key in metadata else "")
        metadata[key] = written(value)
        alignment = value if key == ALIGNMENT else alignment
    if type(alignment) is not int or alignment <= 0 or alignment & (alignment - 1):
        raise cursor.fault(f"its alignment is not a power of two, but {quoted(str(alignment))}")
    tensors = list(_entries(cursor, count))
    return GgufHeader(
        version, cursor.order == ">", metadata, alignment, tensors, twice, refused, cursor.position
    )


def _refused(key: str, kind: int, nested: str) -> str:
    """Return what llama.cpp refuses of a key, as a clause; ``nested`` is one with lists in lists."""
    if not key:
        return "it has an empty key"
    if nested:
        return f"the value of {quoted(nested)} is a list of lists"
    is_wrong = key == ALIGNMENT and kind != _UINT32
    return f"the value of {quoted(key)} is not stored as a whole number of 32 bits" if is_wrong else ""


def _entries(cursor: _Cursor, count: int) -> Iterator[TensorEntry]:
    names: set[str] = set()
    left = MOST_ALL_AXES
    for _ in range(count):
        name, axes = cursor.name(), cursor.number("I")
        if name in names:
            raise cursor.fault(f"it holds {quoted(name)} twice")
        if axes > MOST_AXES:
            raise cursor.fault(f"{quoted(name)} has {axes:,} axes")
        left -= axes
        if left < 0:
            raise cursor.too_large(f"{MOST_ALL_AXES:,} axes of all tensors")
        names.add(name)
        shape = tuple(cursor.number("Q") for _ in range(axes))[::-1]
        yield TensorEntry(name, shape, cursor.number("I"), cursor.number("Q"))

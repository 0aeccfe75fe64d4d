"""How members of a zip are packed: by deflate, bzip2 or LZMA (APPNOTE 4.4.5), each unpacked run by run in bounded memory.

These are the methods that Python's ``zipfile`` reads, which unpacks all that a run of bzip2 or LZMA stands for at once.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from importlib.util import find_spec
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from bz2 import BZ2Decompressor
    from lzma import LZMADecompressor

STORED, DEFLATED, BZIP2, LZMA = 0, 8, 12, 14
"""The numbers of the methods."""

METHODS = frozenset({STORED, DEFLATED, BZIP2, LZMA})
"""Those that are read."""

_WORDS = {DEFLATED: "deflated", BZIP2: "bzip2", LZMA: "LZMA"}
_MODULES = {BZIP2: "bz2", LZMA: "lzma"}

LARGEST_DICTIONARY = 1 << 26
"""In bytes: what LZMA takes at its highest usual level."""

BLOCK = 900_000
"""The most bytes of a block of bzip2, which is unpacked whole before its first byte is known."""

PACKED_START = 9
"""Bytes of a member by which `why_packed` tells."""

_LZMA_HEAD = struct.Struct("<2xHBL")
_LZMA_PROPERTIES = 5
"""Bytes: one for three numbers of bits, four for the size of the dictionary."""


class PackedStreamError(Exception):
    """A stream is damaged."""


class Unpacker(Protocol):
    """Unpacks one stream; ``memory`` is about what it holds, in bytes, while it does."""

    memory: int

    @property
    def holds(self) -> bool:
        """Whether it has packed bytes that were not used."""

    @property
    def eof(self) -> bool:
        """Whether the stream ended."""

    @property
    def behind(self) -> int:
        """The number of bytes that it was given behind the end of the stream."""

    def unpack(self, packed: bytes, most: int) -> bytes:
        """Return up to ``most`` bytes, given more of the stream unless it `holds` some; raise `PackedStreamError`."""


def word_for(method: int) -> str:
    """Return what a stream of a method is called; empty if it is not unpacked."""
    return _WORDS.get(method, "")


def why_packed(method: int, size: int, start: bytes) -> str:
    """Return why a packed member of ``size`` bytes is not unpacked that begins with ``start``; empty if it is."""
    module = _MODULES.get(method, "")
    if module and not find_spec(f"_{module}"):
        return f"it is compressed by {_WORDS[method]}, and this Python was built without its module {module}"
    dictionary = _LZMA_HEAD.unpack_from(start)[2] if method == LZMA and len(start) >= _LZMA_HEAD.size else 0
    if min(dictionary, size) > LARGEST_DICTIONARY:
        return f"its LZMA stream needs a dictionary of {dictionary:,} bytes, and winitgen takes no more than {LARGEST_DICTIONARY:,}"
    return ""


def unpacker(method: int, size: int) -> Unpacker:
    """Return what unpacks a stream of a method to ``size`` bytes."""
    if method == DEFLATED:
        return _Inflating()
    return _Bzip2() if method == BZIP2 else _Lzma(size)


class _Inflating:
    memory = 1 << 16

    def __init__(self) -> None:
        self._inflate = zlib.decompressobj(-zlib.MAX_WBITS)

    @property
    def holds(self) -> bool:
        return bool(self._inflate.unconsumed_tail)

    @property
    def eof(self) -> bool:
        return self._inflate.eof

    @property
    def behind(self) -> int:
        return len(self._inflate.unused_data)

    def unpack(self, packed: bytes, most: int) -> bytes:
        try:
            return self._inflate.decompress(self._inflate.unconsumed_tail or packed, most)
        except zlib.error as error:
            raise PackedStreamError from error


class _Bzip2:
    memory = 4 * BLOCK

    def __init__(self) -> None:
        from bz2 import BZ2Decompressor

        self._stream = BZ2Decompressor()

    @property
    def holds(self) -> bool:
        return _holds(self._stream)

    @property
    def eof(self) -> bool:
        return self._stream.eof

    @property
    def behind(self) -> int:
        return len(self._stream.unused_data)

    def unpack(self, packed: bytes, most: int) -> bytes:
        try:
            return self._stream.decompress(packed, most)
        except (
            OSError,
            RuntimeError,
        ) as error:  # bz2 has no exception of its own, and another one after the first
            raise PackedStreamError from error


class _Lzma:
    """LZMA behind its own header: a version, the size of the properties, the properties (APPNOTE 5.8.8)."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._head = b""
        self._stream: LZMADecompressor | None = None
        self.memory = 0

    @property
    def holds(self) -> bool:
        return self._stream is not None and _holds(self._stream)

    @property
    def eof(self) -> bool:
        return self._stream is not None and self._stream.eof

    @property
    def behind(self) -> int:
        return len(self._stream.unused_data) if self._stream is not None else 0

    def unpack(self, packed: bytes, most: int) -> bytes:
        from lzma import LZMAError

        if self._stream is None:
            self._head += packed
            if len(self._head) < _LZMA_HEAD.size:
                return b""
            self._stream = self._opened()
            packed = self._head[_LZMA_HEAD.size :]
        try:
            return self._stream.decompress(packed, most)
        except LZMAError as error:
            raise PackedStreamError from error

    def _opened(self) -> LZMADecompressor:
        """Return the stream behind the header; no match is farther back than the stream is long."""
        from lzma import FILTER_LZMA1, FORMAT_RAW, LZMADecompressor, LZMAError

        count, bits, dictionary = _LZMA_HEAD.unpack_from(self._head)
        self.memory = min(dictionary, self._size)
        if count != _LZMA_PROPERTIES or self.memory > LARGEST_DICTIONARY:
            raise PackedStreamError
        bits, literal_context = divmod(bits, 9)
        position, literal_position = divmod(bits, 5)
        options = {"lc": literal_context, "lp": literal_position, "pb": position}
        try:
            return LZMADecompressor(
                FORMAT_RAW, filters=[{"id": FILTER_LZMA1, "dict_size": max(self.memory, 1 << 12), **options}]
            )
        except (LZMAError, ValueError) as error:
            raise PackedStreamError from error


def _holds(stream: BZ2Decompressor | LZMADecompressor) -> bool:
    return not (stream.needs_input or stream.eof)


Feed = Callable[[], bytes]
"""A function that returns the packed bytes that follow those before, none at the end."""


def some_of(stream: Unpacker, feed: Feed, most: int) -> bytes:
    """Return some unpacked bytes, at least one unless the stream or its packed bytes end."""
    while most > 0 and not stream.eof:
        held = stream.holds
        packed = b"" if held else feed()
        if found := stream.unpack(packed, most):
            return found
        if not (held or packed):
            break
    return b""

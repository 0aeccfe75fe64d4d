"""How the chunks of an array are stored: under which keys, in which shards, and by which codecs."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from winitgen.files.input.open_file import quoted

CHECKSUM = "crc32c"
CHECKSUM_BYTES = 4
COMPRESSORS = frozenset({"blosc", "bz2", "gzip", "zlib", "zstd"})
_NUMBER = r"(0|[1-9][0-9]{0,18})"


class ShardIndex(NamedTuple):
    """The index of a shard: how many chunks it has, whether it stands first, its byte order, and the bytes of its checksums."""

    chunks: int
    first: bool
    little: bool
    sums: int

    @property
    def nbytes(self) -> int:
        """The bytes of the index."""
        return 16 * self.chunks + self.sums


class ChunkCoding(NamedTuple):
    """The files of an array: ``counts`` are the chunks along each axis, whose numbers stand in a key with the separator between them.

    ``shards`` are the indices from a file inwards. ``nbytes`` is the length of what is compressed, with its checksums, and
    ``sums`` that of the checksums behind the stream; an empty ``compressor`` is none.
    """

    version: int
    prefix: str
    separator: str
    counts: Sequence[int]
    shards: Sequence[ShardIndex]
    compressor: str
    nbytes: int
    sums: int

    def holds(self, key: str) -> bool:
        """Tell whether a key is that of a chunk of the array.

        >>> coding = ChunkCoding(3, "c", "/", [2, 3], [], "", 8, 0)
        >>> [coding.holds(key) for key in ("c/1/2", "c/2/0", "c/1", "1/2", "c/01/2")]
        [True, False, False, False, False]
        """
        parts = [*([self.prefix] if self.prefix else []), *([_NUMBER] * len(self.counts))]
        found = re.fullmatch(re.escape(self.separator).join(parts or ["0"]), key)
        return found is not None and all(
            int(one) < count for one, count in zip(found.groups(), self.counts, strict=True)
        )


def of_json(found: Sequence[Any]) -> ChunkCoding:
    """Return a coding that was sent as JSON."""
    coding = ChunkCoding(*found)
    return coding._replace(shards=[ShardIndex(*one) for one in coding.shards])


class UncheckedError(ValueError):
    """Codecs of which it is not known where the values of a chunk end; the text says why, as a clause."""


Codec = tuple[str, Mapping[str, Any]]
"""The name of a codec, and its options."""


def of_second(
    found: Mapping[str, Any], shape: Sequence[int], chunk: Sequence[int], itemsize: int
) -> ChunkCoding:
    """Return the coding that a ``.zarray`` states, whose compressor is known."""
    compressor = found.get("compressor") or {}
    used = compressor.get("id", "") if isinstance(compressor, dict) else ""
    separator = _separator(found.get("dimension_separator"), ".")
    return ChunkCoding(
        *(2, "", separator, _counts(shape, chunk), [], used),
        *(math.prod(chunk) * itemsize, 0),
    )


def of_third(
    encoding: Codec,
    levels: Sequence[Sequence[Codec]],
    shape: Sequence[int],
    chunks: Sequence[Sequence[int]],
    itemsize: int,
) -> ChunkCoding:
    """Return the coding of an array of the third format; raise `UncheckedError` for codecs that are rare.

    ``levels`` are the codecs of a file, and of the chunks in each shard; ``chunks`` are the shapes of what these encode.
    """
    name, options = encoding
    shards = [
        _index(dict(level), outer, inner)
        for level, outer, inner in zip(levels[:-1], chunks[:-1], chunks[1:], strict=True)
    ]
    compressor, before, behind = _stream(levels[-1])
    return ChunkCoding(
        *(
            3,
            "c" if name == "default" else "",
            _separator(options.get("separator"), "/" if name == "default" else "."),
        ),
        *(_counts(shape, chunks[0]), shards, compressor),
        *(math.prod(chunks[-1]) * itemsize + before, behind),
    )


def _separator(stated: object, usual: str) -> str:
    """Return what stands between the numbers in a key; of a text that TensorStore refuses, what is usual."""
    return "." if stated == "." else "/" if stated == "/" else usual


def _counts(shape: Sequence[int], chunk: Sequence[int]) -> list[int]:
    return [-(-size // part) for size, part in zip(shape, chunk, strict=True)]


def _stream(level: Sequence[Codec]) -> tuple[str, int, int]:
    """Return the compressor of a chunk, and the bytes of the checksums before and behind it."""
    names = [name for name, _ in level if name in COMPRESSORS | {CHECKSUM}]
    compressors = [name for name in names if name != CHECKSUM]
    if len(compressors) > 1:
        raise UncheckedError(
            f"its values are compressed twice, by {quoted(compressors[0])} and {quoted(compressors[1])}, which is not read"
        )
    if not compressors:
        return "", 0, CHECKSUM_BYTES * len(names)
    place = names.index(compressors[0])
    return compressors[0], CHECKSUM_BYTES * place, CHECKSUM_BYTES * (len(names) - place - 1)


def _index(level: Mapping[str, Mapping[str, Any]], outer: Sequence[int], inner: Sequence[int]) -> ShardIndex:
    """Return the index of a shard of chunks of ``inner`` shape, which divide it, perhaps once it is transposed."""
    behind = [*level][[*level].index("sharding_indexed") + 1 :]
    if behind:
        raise UncheckedError(f"its shards are encoded by {quoted(behind[0])} as a whole, which is not read")
    options = level["sharding_indexed"]
    stated = options.get("index_codecs")
    codecs = [_named(one) for one in (stated if isinstance(stated, list) else ["bytes", CHECKSUM])]
    others = [name for name, _ in codecs if name not in {"bytes", CHECKSUM}]
    if others:
        raise UncheckedError(f"the index of its shards is encoded by {quoted(others[0])}, which is not read")
    endian = dict(codecs).get("bytes", {}).get("endian", "little")
    sums = CHECKSUM_BYTES * sum(name == CHECKSUM for name, _ in codecs)
    return ShardIndex(
        math.prod(outer) // math.prod(inner),
        options.get("index_location") == "start",
        endian == "little",
        sums,
    )


def _named(found: Any) -> Codec:
    """Return the name and the options of a codec; of what is none, a name that no codec has."""
    if isinstance(found, str):
        return found, {}
    if not isinstance(found, dict):
        return "", {}
    options = found.get("configuration", {})
    return str(found.get("name")), options if isinstance(options, dict) else {}

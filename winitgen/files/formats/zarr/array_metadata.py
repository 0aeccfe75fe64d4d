"""What the metadata of one array of zarr say, in the second format (``.zarray``) and in the third (``zarr.json``).

They are read here, before TensorStore sees them, so that no array is opened whose values would take too much memory.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

from winitgen.files.formats.zarr import chunk_coding
from winitgen.files.formats.zarr.chunk_coding import COMPRESSORS, ChunkCoding
from winitgen.files.formats.zarr.documents import document, oddity_of
from winitgen.files.formats.zarr.element_types import ZarrElement, of_second, of_third
from winitgen.files.formats.zarr.metadata_oddities import oddity_of_element, oddity_of_shards
from winitgen.files.formats.zarr.zarr_documents import ARRAY_OF_2, ARRAY_OF_3
from winitgen.files.input.open_file import quoted
from winitgen.files.input.opening import is_modest

LONGEST = 1_000_000
"""The most bytes of the metadata of one array; they grow with its attributes only."""

_DIMENSIONS = 32
_LARGEST = 1 << 62
_CODECS = frozenset({"blosc", "bytes", "crc32c", "gzip", "sharding_indexed", "transpose", "zstd"})
"""What TensorStore can decode, in the second and in the third format."""


class ArrayFacts(NamedTuple):
    """What the metadata of an array say. ``chunk`` is the shape of what is unpacked at once, and ``grid`` that of a stored file.

    ``why`` says why the values are not read; then the shape may be None, and the chunks empty. ``index_bytes`` are those of the
    index that a file of several chunks begins or ends with. ``odd`` says what of them is not as the format has it.
    ``coding`` is how the chunks are stored, None if that is not known; ``unchecked`` then says why.
    ``filled`` is whether a chunk that is not stored has a value.
    """

    version: int
    shape: tuple[int, ...] | None
    element: ZarrElement
    chunk: tuple[int, ...] = ()
    grid: tuple[int, ...] = ()
    index_bytes: int = 0
    why: str = ""
    odd: str = ""
    coding: ChunkCoding | None = None
    unchecked: str = ""
    filled: bool = True


class OddMetadataError(ValueError):
    """Metadata that are not those of an array; the text says why, as a clause."""


_UNKNOWN = ZarrElement("unknown", None, "")


def array_facts(text: bytes, name: str, version: int) -> ArrayFacts | None:
    """Return what a text of metadata says, which stands in the file ``name``; None if it is of a group."""
    read = document(text)
    if version == 3 and read is not None and read.found.get("node_type") == "group" and _is_of(read.found, 3):
        return None
    odd = oddity_of(read, ARRAY_OF_2 if version == 2 else ARRAY_OF_3)
    odd_element = ""
    try:
        found = _object(text)
        if not _is_of(found, version):
            raise OddMetadataError(f"has zarr_format {quoted(str(found.get('zarr_format')))}, not {version}")
        facts = _second(found) if version == 2 else _third(found)
        odd_element = oddity_of_element(found, facts.element.dtype, version)
    except OddMetadataError as error:
        facts = ArrayFacts(version, None, _UNKNOWN, why=f"its {quoted(name)} {error}")
    return facts._replace(odd=odd or facts.odd or odd_element)


def _is_of(found: dict[str, Any], version: int) -> bool:
    return found.get("zarr_format") == version


def _object(text: bytes) -> dict[str, Any]:
    """Return a JSON object."""
    import msgspec

    if len(text) > LONGEST or not is_modest(text):
        raise OddMetadataError(f"has more than {LONGEST:,} bytes, the most that winitgen reads")
    try:
        found = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        found = None
    if not isinstance(found, dict):
        raise OddMetadataError("is not a JSON object")
    return found


def _sizes(value: Any, what: str, least: int = 0) -> tuple[int, ...]:
    """Return the sizes of a list, each of at least ``least``."""
    if not isinstance(value, list) or not all(type(one) is int and least <= one < _LARGEST for one in value):
        raise OddMetadataError(f"has no {what} of whole numbers")
    if len(value) > _DIMENSIONS or math.prod(value) >= _LARGEST:
        raise OddMetadataError(f"has a {what} that is too large")
    return tuple(value)


def _part(value: Any, what: str, shape: Sequence[int]) -> tuple[int, ...]:
    """Return the shape of a chunk of an array."""
    found = _sizes(value, what, 1)
    if len(found) != len(shape):
        raise OddMetadataError(f"has a {what} of {len(found)} axes for an array of {len(shape)}")
    return found


def _second(found: dict[str, Any]) -> ArrayFacts:
    shape = _sizes(found.get("shape"), "shape")
    element = of_second(found.get("dtype"))
    chunks = (
        [size or 1 for size in found["chunks"]]
        if 0 in shape and isinstance(found.get("chunks"), list)
        else found.get("chunks")
    )
    chunk = _part(chunks, "chunks", shape)
    compressor = found.get("compressor")
    used = (
        [compressor.get("id") if isinstance(compressor, dict) else compressor]
        if compressor is not None
        else []
    )
    filters = found.get("filters") or []
    used += (
        [one.get("id") if isinstance(one, dict) else one for one in filters]
        if isinstance(filters, list)
        else [filters]
    )
    known = COMPRESSORS if not filters else frozenset[str]()
    why = element.why or _undecoded(used, known)
    if why or element.dtype is None:
        return ArrayFacts(2, shape, element, chunk, chunk, why=why)
    coding = chunk_coding.of_second(found, shape, chunk, element.dtype.itemsize)
    filled = found.get("fill_value") is not None
    return ArrayFacts(2, shape, element, chunk, chunk, coding=coding, filled=filled)


def _undecoded(used: Sequence[Any], known: frozenset[str]) -> str:
    """Return why values are not read that were encoded by something that TensorStore does not decode; empty if it does."""
    others = (
        [one for one in used if one not in known] if all(isinstance(one, str) for one in used) else list(used)
    )
    if not others:
        return ""
    # A filter comes before the compressor, which is decoded.
    named = next(
        (one for one in reversed(others) if not isinstance(one, str) or one not in COMPRESSORS), others[-1]
    )
    return f"its values are encoded by {quoted(str(named))}, which TensorStore does not decode"


def _third(found: dict[str, Any]) -> ArrayFacts:
    shape = _sizes(found.get("shape"), "shape")
    element = of_third(found.get("data_type"))
    name, options = _named(found.get("chunk_grid"), "chunk_grid")
    if name != "regular":
        why = f"its chunks are of the grid {quoted(name)}, which TensorStore does not read"
        return ArrayFacts(3, shape, element, why=element.why or why)
    grid = options.get("chunk_shape")
    grid = _part(
        [size or 1 for size in grid] if 0 in shape and isinstance(grid, list) else grid, "chunk_shape", shape
    )
    codecs = found.get("codecs")
    if not isinstance(codecs, list):
        raise OddMetadataError("has no list of codecs")
    chunk, levels, grids, index = _chunk_of(codecs, grid)
    why = element.why or _undecoded([name for level in levels for name, _ in level], _CODECS)
    facts = ArrayFacts(3, shape, element, chunk, grid, index, why, oddity_of_shards(levels, grids))
    if why or element.dtype is None:
        return facts
    encoding = _named(found.get("chunk_key_encoding"), "chunk_key_encoding")
    try:
        coding = chunk_coding.of_third(encoding, levels, shape, grids, element.dtype.itemsize)
    except chunk_coding.UncheckedError as error:
        return facts._replace(unchecked=str(error))
    return facts._replace(coding=coding)


def _named(value: Any, what: str) -> tuple[str, dict[str, Any]]:
    """Return the name and the options of something that the third format names; it may be its name alone."""
    if isinstance(value, str):
        return value, {}
    if not isinstance(value, dict) or not isinstance(value.get("name"), str):
        raise OddMetadataError(f"has no {what} with a name")
    options = value.get("configuration", {})
    return value["name"], options if isinstance(options, dict) else {}


def _chunk_of(
    codecs: list[Any], grid: tuple[int, ...]
) -> tuple[tuple[int, ...], list[list[chunk_coding.Codec]], list[tuple[int, ...]], int]:
    """Return the shape of what is unpacked at once, the codecs and the chunks of a file and in each shard, and the bytes of the largest index."""
    levels: list[list[chunk_coding.Codec]] = []
    chunk, grids, index, alone = grid, [grid], 0, True
    while True:
        named = [_named(one, "codec") for one in codecs]
        levels.append([*named])
        inner = next((options for name, options in named if name == "sharding_indexed"), None)
        if inner is None:
            return chunk, levels, grids, index
        part = _part(inner.get("chunk_shape"), "chunk_shape of a shard", grid)
        index = max(index, 16 * math.prod(-(-size // one) for size, one in zip(grid, part, strict=True)))
        alone = alone and len(named) == 1  # else all chunks of a shard are packed together
        chunk, grid = part if alone else chunk, part
        grids.append(grid)
        codecs = inner.get("codecs", [])
        if not isinstance(codecs, list):
            raise OddMetadataError("has no list of codecs in a shard")

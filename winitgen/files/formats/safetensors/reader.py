"""Reads safetensors: a JSON header, fully checked as the library does, then the values without gaps.

The loader of record, the safetensors library, reads all tensors of the header, which have to cover all bytes behind it, and
the metadata; of that transformers goes by ``format``. What the library refuses is refused here, too, or told: gaps, overlaps,
bytes that follow, and what only Python takes for JSON. What it reads is read, though the format forbids it: a key that stands
twice, blanks in front of the header.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, BinaryIO

from winitgen.errors import UnreadableError
from winitgen.files.formats.safetensors import LONGEST_HEADER
from winitgen.files.formats.safetensors.header_rows import CODES, ENTRY_KEYS, HeaderRow, damaged, header_row
from winitgen.files.formats.safetensors.json_header import JsonHeader, parsed
from winitgen.files.input.numpy_formats import little, numpy_dtype
from winitgen.files.input.open_file import MOST_TENSORS, OpenFile, Reader, quoted
from winitgen.files.input.opening import is_modest
from winitgen.files.input.other_reading import OtherReading
from winitgen.files.input.packed_values import PACKED, unpacked
from winitgen.files.input.raw_values import RawValues, Source
from winitgen.files.input.stored_array import StoredArray
from winitgen.files.recipe import KEY

if TYPE_CHECKING:
    from contextlib import ExitStack

    import numpy as np

    from winitgen.numeric.arrays import Array

BLANKS = b" \t\r\n"
"""What JSON allows in front of an object."""

_PART = 1 << 20


def read(file: BinaryIO, path: str, _: ExitStack, *, recipe_only: bool) -> OpenFile:
    """Return the tensors that the header lists."""
    return read_from(file, file, path, recipe_only=recipe_only)


def read_from(file: BinaryIO, source: Source, path: str, *, recipe_only: bool = False) -> OpenFile:
    """Return the tensors that the header of an open file lists; their values are read through ``source``."""
    header = _header(file, path)
    entries = header.entries
    metadata = _metadata(entries.pop("__metadata__", None), path)
    recipe = metadata.get(KEY)
    if recipe_only:
        return OpenFile(path, "safetensors", recipe=recipe)
    size = file.seek(0, 2)
    begin = 8 + header.length
    rows = sorted((header_row(name, entry, path) for name, entry in entries.items()), key=lambda row: row[3:])
    _check_cover(rows, size - begin, path)
    tensors = [_stored(source, path, begin, row) for row in rows]
    facts = {"file_bytes": size, "header_bytes": begin}
    others = [*header.others, *_unknown_keys(entries), *_order(tensors)]
    return OpenFile(path, "safetensors", tensors, metadata, recipe, facts, others=others)


def _header(file: BinaryIO, path: str) -> JsonHeader:
    """Return what the header says."""
    start = file.read(8)
    length = int.from_bytes(start, "little")
    if len(start) < 8 or length > LONGEST_HEADER:
        raise _not(path)
    text = file.read(length)
    if len(text) < length or not text.lstrip(BLANKS).startswith(b"{"):
        raise _not(path)
    if text.count(b'"data_offsets"') > MOST_TENSORS or not is_modest(text):
        raise UnreadableError(
            f"{path} has a header that is too large to read: more than {MOST_TENSORS:,} tensors, or as much other content"
        )
    try:
        characters = text.decode()
        del text  # it is as large as the decoded text
        return parsed(characters, length, path)
    except (ValueError, RecursionError):
        raise _not(path) from None


def _metadata(found: Any, path: str) -> dict[str, str]:
    """Return the metadata; null, which MLX writes, stands for none."""
    if found is None:
        return {}
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise damaged(path, "its __metadata__ is not a table of texts")
    return found


def _unknown_keys(entries: dict[str, Any]) -> Iterator[OtherReading]:
    """Yield a note about the entries with keys that the library skips."""
    for name, entry in entries.items():
        if isinstance(entry, dict) and len(entry) > len(ENTRY_KEYS):
            key = next(key for key in entry if key not in ENTRY_KEYS)
            yield OtherReading(
                f"the entry of {quoted(name)} has the key {quoted(key)}, which was not read", misread=False
            )


def _order(tensors: Sequence[StoredArray]) -> Iterator[OtherReading]:
    """Yield a note about values of 6 bits: the format says how many bytes they take, but not where in them each one is."""
    for tensor in tensors:
        if tensor.dtype in PACKED and PACKED[tensor.dtype].bits == 6:
            yield OtherReading(
                f"{quoted(tensor.name)} has values of 6 bits, whose order within bytes the format does not state: they are read from the lowest bits up",
                misread=False,
            )
            return


def _check_cover(rows: Sequence[HeaderRow], size: int, path: str) -> None:
    """Raise `UnreadableError` unless the tensors follow one another and cover all of the data."""
    position = 0
    for name, _, _, begin, end in rows:
        if begin < position:
            raise damaged(path, f"{quoted(name)} overlaps the tensor before it")
        if begin > position:
            raise damaged(path, f"no tensor covers the {begin - position:,} bytes before {quoted(name)}")
        position = end
    if position > size:
        raise damaged(path, f"it ends {position - size:,} bytes too early")
    if position < size:
        raise damaged(path, f"no tensor covers its last {size - position:,} bytes")


class _Values:
    """A function that reads a tensor; NumPy is imported only when values are read."""

    __slots__ = ("_dtype", "_offset", "_path", "_source")

    def __init__(self, source: Source, path: str, dtype: str, offset: int) -> None:
        self._source, self._path, self._dtype, self._offset = source, path, dtype, offset

    def __call__(self, start: int, count: int) -> Array:
        return RawValues(self._source, self._path, _number_format(self._dtype), self._offset)(start, count)


@cache
def _number_format(name: str) -> np.dtype[Any]:
    """Return one of the number formats in `CODES`, little-endian."""
    dtype = numpy_dtype(name)
    assert dtype is not None  # the caller has checked
    return little(dtype)


def _stored(source: Source, path: str, data: int, row: HeaderRow) -> StoredArray:
    """Return a tensor of a header row; ``data`` is where the values of all tensors begin."""
    name, code, shape, begin, end = row
    dtype, offset = CODES[code].dtype, data + begin
    values = _Values(source, path, dtype, offset)
    if not CODES[code].late or numpy_dtype(dtype) is not None:
        return StoredArray(name, dtype, shape, end - begin, values, offset=offset)
    as_bytes = _Values(source, path, "uint8", offset)
    decoded = unpacked(dtype, as_bytes)
    return StoredArray(name, dtype, shape, end - begin, decoded, offset=offset, read_bytes=as_bytes)


def _begins_later(file: BinaryIO) -> bool:
    """Tell whether the header begins with any number of blanks, and a brace behind them."""
    file.seek(0)
    left = int.from_bytes(file.read(8), "little")
    left = left if left <= LONGEST_HEADER else 0
    while part := file.read(min(left, _PART)):
        if rest := part.lstrip(BLANKS):
            return rest.startswith(b"{")
        left -= len(part)
    return False


def _not(path: str) -> UnreadableError:
    return UnreadableError(f"{path} is not a safetensors file")


READER = Reader(
    name="safetensors",
    fits=lambda head: (
        head[8:].lstrip(BLANKS)[:1] == b"{" and int.from_bytes(head[:8], "little") <= LONGEST_HEADER
    ),
    read=read,
    begins_later=_begins_later,
)

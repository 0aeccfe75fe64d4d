"""Reads safetensors: a JSON header, fully checked as the library does, then the values without gaps.

The loader of record, the safetensors library, reads all tensors of the header, which have to cover all bytes behind it, and
the metadata; of that transformers goes by ``format``. What the library refuses is refused here, too, or told: gaps, overlaps,
bytes that follow, and what only Python takes for JSON.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, BinaryIO

from winitgen.errors import UnreadableError
from winitgen.files.input.numpy_formats import little, numpy_dtype
from winitgen.files.input.open_file import MOST_TENSORS, OpenFile, Reader, quoted
from winitgen.files.input.opening import is_modest
from winitgen.files.input.other_reading import OtherReading
from winitgen.files.input.raw_values import Source, raw
from winitgen.files.input.stored_array import Read, StoredArray
from winitgen.files.recipe import KEY
from winitgen.spec.unique_keys import TwiceError, unique

if TYPE_CHECKING:
    from contextlib import ExitStack

LONGEST_HEADER = 100_000_000
"""In bytes; the library refuses to read more."""

MOST_AXES = 64

_NUMPY = {
    "BOOL": ("bool", 8),
    "U8": ("uint8", 8),
    "I8": ("int8", 8),
    "U16": ("uint16", 16),
    "I16": ("int16", 16),
    "U32": ("uint32", 32),
    "I32": ("int32", 32),
    "U64": ("uint64", 64),
    "I64": ("int64", 64),
    "F16": ("float16", 16),
    "F32": ("float32", 32),
    "F64": ("float64", 64),
    "C64": ("complex64", 64),
    "BF16": ("bfloat16", 16),
    "F8_E4M3": ("float8_e4m3fn", 8),
    "F8_E5M2": ("float8_e5m2", 8),
    "F8_E4M3FNUZ": ("float8_e4m3fnuz", 8),
    "F8_E5M2FNUZ": ("float8_e5m2fnuz", 8),
    "F8_E8M0": ("float8_e8m0fnu", 8),
    "F4": ("F4", 4),
    "F6_E2M3": ("F6_E2M3", 6),
    "F6_E3M2": ("F6_E3M2", 6),
}
"""Each code of the format, with NumPy's name (or the code itself if NumPy has none) and its number of bits."""


def read(file: BinaryIO, path: str, _: ExitStack, *, recipe_only: bool) -> OpenFile:
    """Return the tensors that the header lists."""
    return read_from(file, file, path, recipe_only=recipe_only)


def read_from(file: BinaryIO, source: Source, path: str, *, recipe_only: bool = False) -> OpenFile:
    """Return the tensors that the header of an open file lists; their values are read through ``source``."""
    entries, length, strict = _header(file, path)
    metadata = _metadata(entries.pop("__metadata__", {}), path)
    recipe = metadata.get(KEY)
    if recipe_only:
        return OpenFile(path, "safetensors", recipe=recipe)
    size = file.seek(0, 2)
    begin = 8 + length
    rows = sorted((_row(name, entry, path) for name, entry in entries.items()), key=lambda row: row[3:])
    _check_cover(rows, size - begin, path)
    tensors = [_stored(source, path, begin, *row) for row in rows]
    facts = {"file_bytes": size, "header_bytes": begin}
    others = (
        ()
        if strict
        else (OtherReading("its header is not JSON to the safetensors library, which refuses it"),)
    )
    return OpenFile(path, "safetensors", tensors, metadata, recipe, facts, others=others)


def _header(file: BinaryIO, path: str) -> tuple[dict[str, Any], int, bool]:
    """Return the header's object, its length in bytes, and whether the library reads it, too."""
    import json

    start = file.read(8)
    length = int.from_bytes(start, "little")
    if len(start) < 8 or length > LONGEST_HEADER:
        raise _not(path)
    text = file.read(length)
    if len(text) < length or not text.startswith(b"{"):
        raise _not(path)
    if text.count(b'"data_offsets"') > MOST_TENSORS or not is_modest(text):
        raise UnreadableError(
            f"{path} has a header that is too large to read: more than {MOST_TENSORS:,} tensors, or as much other content"
        )
    try:
        characters = text.decode()
        del text  # it is as large as the decoded text
        return json.loads(characters, object_pairs_hook=unique), length, _is_strict(characters)
    except TwiceError as twice:
        raise _damaged(path, f"its header has the key {quoted(str(twice))} twice") from None
    except (ValueError, RecursionError):
        raise _not(path) from None


def _is_strict(text: str) -> bool:
    """Tell whether JSON has nothing that only Python takes for JSON: halves of characters, and -0 as a size."""
    import json

    try:
        if "\\u" in text:
            json.dumps(json.loads(text), ensure_ascii=False).encode()
        if "-0" in text:
            json.loads(text, parse_int=_not_minus_zero)
    except ValueError:
        return False
    return True


def _not_minus_zero(digits: str) -> int:
    if digits == "-0":
        raise ValueError
    return int(digits)


def _metadata(found: Any, path: str) -> dict[str, str]:
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise _damaged(path, "its __metadata__ is not a table of texts")
    return found


HeaderRow = tuple[str, str, tuple[int, ...], int, int]
"""Name, code, shape, and the first byte and the byte after the last, counted from the start of the data."""


def _row(name: str, entry: Any, path: str) -> HeaderRow:
    """Check a tensor's header entry and return it."""
    if not isinstance(entry, dict) or set(entry) != {"dtype", "shape", "data_offsets"}:
        raise _damaged(path, f"the entry of {quoted(name)} is not its dtype, shape and data_offsets")
    code, shape, offsets = entry["dtype"], entry["shape"], entry["data_offsets"]
    if not isinstance(code, str) or code not in _NUMPY:
        raise _damaged(path, f"{quoted(name)} has the unknown dtype {quoted(str(code))}")
    if not _whole_numbers(shape) or len(shape) > MOST_AXES:
        raise _damaged(path, f"{quoted(name)} needs a shape of at most {MOST_AXES} whole numbers")
    if not _whole_numbers(offsets) or len(offsets) != 2:
        raise _damaged(path, f"{quoted(name)} needs two data_offsets")
    bits = math.prod(shape) * _NUMPY[code][1]
    if offsets[1] - offsets[0] != bits / 8 or bits % 8:
        raise _damaged(
            path,
            f"{quoted(name)} has {offsets[1] - offsets[0]:,} bytes, but its shape and dtype need {bits / 8:,.0f}",
        )
    return name, code, tuple(shape), offsets[0], offsets[1]


def _whole_numbers(found: Any) -> bool:
    return isinstance(found, list) and all(type(number) is int and 0 <= number < 2**63 for number in found)


def _check_cover(rows: Sequence[HeaderRow], size: int, path: str) -> None:
    """Raise `UnreadableError` unless the tensors follow one another and cover all of the data."""
    position = 0
    for name, _, _, begin, end in rows:
        if begin < position:
            raise _damaged(path, f"{quoted(name)} overlaps the tensor before it")
        if begin > position:
            raise _damaged(path, f"no tensor covers the {begin - position:,} bytes before {quoted(name)}")
        position = end
    if position > size:
        raise _damaged(path, f"it ends {position - size:,} bytes too early")
    if position < size:
        raise _damaged(path, f"no tensor covers its last {size - position:,} bytes")


_LATE = {"F8_E8M0", "F4", "F6_E2M3", "F6_E3M2"}
"""Codes whose number format some releases of NumPy and ml_dtypes lack; checking imports both."""


def _values(source: Source, path: str, name: str, offset: int) -> Read:
    """Return a function that reads a tensor; NumPy is imported only when values are read."""

    def read(start: int, count: int) -> Any:
        dtype = numpy_dtype(name)
        assert dtype is not None  # the caller has checked
        return raw(source, path, little(dtype), offset)(start, count)

    return read


def _stored(  # the fields of a header row
    source: Source, path: str, data: int, name: str, code: str, shape: tuple[int, ...], begin: int, end: int
) -> StoredArray:
    known = code not in _LATE or numpy_dtype(_NUMPY[code][0]) is not None
    values = _values(source, path, _NUMPY[code][0], data + begin) if known else None
    as_bytes = None if known else _values(source, path, "uint8", data + begin)
    return StoredArray(
        name, _NUMPY[code][0], shape, end - begin, values, offset=data + begin, read_bytes=as_bytes
    )


def _not(path: str) -> UnreadableError:
    return UnreadableError(f"{path} is not a safetensors file")


def _damaged(path: str, why: str) -> UnreadableError:
    return UnreadableError(f"{path} is a damaged safetensors file: {why}")


READER = Reader(
    name="safetensors",
    fits=lambda head: head[8:9] == b"{" and int.from_bytes(head[:8], "little") <= LONGEST_HEADER,
    read=read,
)

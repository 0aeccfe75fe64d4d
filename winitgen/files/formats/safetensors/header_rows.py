"""The number formats of safetensors, and the entries of its header."""

from __future__ import annotations

from typing import Any, NamedTuple

from winitgen.errors import UnreadableError
from winitgen.files.input.open_file import quoted


class DTypeCode(NamedTuple):
    """NumPy's name of a number format, or safetensors' own, and its number of bits.

    ``late`` formats are lacking in some releases of NumPy and ml_dtypes; checking imports both.
    """

    dtype: str
    bits: int
    late: bool = False


CODES = {
    "BOOL": DTypeCode("bool", 8),
    "U8": DTypeCode("uint8", 8),
    "I8": DTypeCode("int8", 8),
    "U16": DTypeCode("uint16", 16),
    "I16": DTypeCode("int16", 16),
    "U32": DTypeCode("uint32", 32),
    "I32": DTypeCode("int32", 32),
    "U64": DTypeCode("uint64", 64),
    "I64": DTypeCode("int64", 64),
    "F16": DTypeCode("float16", 16),
    "F32": DTypeCode("float32", 32),
    "F64": DTypeCode("float64", 64),
    "C64": DTypeCode("complex64", 64),
    "BF16": DTypeCode("bfloat16", 16),
    "F8_E4M3": DTypeCode("float8_e4m3fn", 8),
    "F8_E5M2": DTypeCode("float8_e5m2", 8),
    "F8_E4M3FNUZ": DTypeCode("float8_e4m3fnuz", 8),
    "F8_E5M2FNUZ": DTypeCode("float8_e5m2fnuz", 8),
    "F8_E8M0": DTypeCode("float8_e8m0fnu", 8, late=True),
    "F4": DTypeCode("F4", 4, late=True),
    "F6_E2M3": DTypeCode("F6_E2M3", 6, late=True),
    "F6_E3M2": DTypeCode("F6_E3M2", 6, late=True),
}
"""Each code of the format."""

ENTRY_KEYS = ("dtype", "shape", "data_offsets")
_KEYS = frozenset(ENTRY_KEYS)

HeaderRow = tuple[str, str, tuple[int, ...], int, int]
"""Name, code, shape, and the first byte and the byte after the last, counted from the start of the data."""

_MOST = 1 << 64
"""The library counts in 64 bits without a sign."""


def header_row(name: str, entry: Any, path: str) -> HeaderRow:
    """Check a tensor's header entry and return it; the library takes the three values without keys, too."""
    if isinstance(entry, list) and len(entry) == len(ENTRY_KEYS):
        entry = dict(zip(ENTRY_KEYS, entry, strict=True))
    if not isinstance(entry, dict) or not entry.keys() >= _KEYS:
        raise damaged(path, f"the entry of {quoted(name)} lacks its dtype, shape or data_offsets")
    code, shape, offsets = entry["dtype"], entry["shape"], entry["data_offsets"]
    if isinstance(code, dict) and list(code.values()) == [None]:  # so serde reads a variant, too
        (code,) = code
    if not isinstance(code, str) or code not in CODES:
        raise damaged(path, f"{quoted(name)} has the unknown dtype {quoted(str(code))}")
    if not _whole_numbers(shape):
        raise damaged(path, f"{quoted(name)} needs a shape of whole numbers")
    if not _whole_numbers(offsets) or len(offsets) != 2:
        raise damaged(path, f"{quoted(name)} needs two data_offsets")
    _check_size(name, code, shape, offsets, path)
    return name, code, tuple(shape), offsets[0], offsets[1]


def _check_size(name: str, code: str, shape: list[int], offsets: list[int], path: str) -> None:
    """Raise `UnreadableError` unless a tensor has as many bytes as its shape and number format need."""
    values = 1
    for size in shape:
        values = min(values * size, _MOST)
        if values == _MOST:
            break
    bits = values * CODES[code].bits
    if bits >= _MOST:
        raise damaged(path, f"the shape of {quoted(name)} has too many values")
    if bits % 8:
        raise damaged(
            path,
            f"{quoted(name)} has {values:,} values of {CODES[code].bits} bits, which do not end on a byte",
        )
    if offsets[1] - offsets[0] != bits // 8:
        raise damaged(
            path,
            f"{quoted(name)} has {offsets[1] - offsets[0]:,} bytes, but its shape and dtype need {bits // 8:,}",
        )


def _whole_numbers(found: Any) -> bool:
    if not isinstance(found, list):
        return False
    for number in found:  # noqa: SIM110  # a file has a million, for which a generator would take a third longer
        if type(number) is not int or not 0 <= number < _MOST:
            return False
    return True


def damaged(path: str, why: str) -> UnreadableError:
    """Return the error about a file that the library refuses, too."""
    return UnreadableError(f"{path} is a damaged safetensors file: {why}")

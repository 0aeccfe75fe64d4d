"""ONNX's number formats: the bits of a value, NumPy's name for it, and the field that holds values which are not raw bytes."""

from __future__ import annotations

from typing import NamedTuple

FLOATS, WORDS, LONG_WORDS, DOUBLES, UNSIGNED = 4, 5, 7, 10, 11
"""Fields of TensorProto: float_data, int32_data, int64_data, double_data and uint64_data."""

FIELD_NAMES = {
    FLOATS: "float_data",
    WORDS: "int32_data",
    LONG_WORDS: "int64_data",
    DOUBLES: "double_data",
    UNSIGNED: "uint64_data",
}


class ElementType(NamedTuple):
    """One format: the name that is shown, the bits of a value, and the field of values that are not raw bytes."""

    name: str
    bits: int
    field: int = WORDS

    @property
    def is_whole(self) -> bool:
        """Whether values are whole numbers of which several share a byte."""
        return "int" in self.name and self.bits < 8

    @property
    def by_value(self) -> bool:
        """Whether a number of the field is one value; else it is one byte of them."""
        return self.bits >= 6


TYPES = {
    1: ElementType("float32", 32, FLOATS),
    2: ElementType("uint8", 8),
    3: ElementType("int8", 8),
    4: ElementType("uint16", 16),
    5: ElementType("int16", 16),
    6: ElementType("int32", 32),
    7: ElementType("int64", 64, LONG_WORDS),
    9: ElementType("bool", 8),
    10: ElementType("float16", 16),
    11: ElementType("float64", 64, DOUBLES),
    12: ElementType("uint32", 32, UNSIGNED),
    13: ElementType("uint64", 64, UNSIGNED),
    14: ElementType("complex64", 64, FLOATS),
    15: ElementType("complex128", 128, DOUBLES),
    16: ElementType("bfloat16", 16),
    17: ElementType("float8_e4m3fn", 8),
    18: ElementType("float8_e4m3fnuz", 8),
    19: ElementType("float8_e5m2", 8),
    20: ElementType("float8_e5m2fnuz", 8),
    21: ElementType("uint4", 4),
    22: ElementType("int4", 4),
    23: ElementType("F4", 4),
    24: ElementType("float8_e8m0fnu", 8),
    25: ElementType("uint2", 2),
    26: ElementType("int2", 2),
    27: ElementType("F6_E2M3", 6),
    28: ElementType("F6_E3M2", 6),
}
"""By their numbers in ``onnx.proto``; text, number 8, has no values."""

TEXT = 8

"""The number formats a tensor can have: names, sizes, ranges, and their NumPy dtypes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import numpy as np


class DType(NamedTuple):
    """One number format.

    Values are drawn in the precision ``drawn_in`` and then rounded once to the format. ``largest`` is the
    largest finite number, ``smallest`` the smallest above 0, a subnormal: anything up to half of it
    rounds to 0. ``stored_as`` names the unsigned integer that carries the bits in a container that has no name for
    the format; it is empty if every container has one. ``lowest`` is the lowest number of a format of whole
    numbers, and None for the others. ``digits`` are the binary digits of a float: whole numbers up to 2^digits are all
    among its numbers.
    """

    name: str
    itemsize: int
    safetensors: str
    largest: float
    smallest: float
    drawn_in: str = "float32"
    stored_as: str = ""
    lowest: float | None = None
    digits: int = 24

    def numpy(self) -> np.dtype[Any]:
        """Return the native NumPy dtype that holds values of this format."""
        import numpy as np

        if self.stored_as:
            import ml_dtypes

            dtype: np.dtype[Any] = np.dtype(vars(ml_dtypes)[self.name])
            return dtype
        return np.dtype(self.name)


EXACT = 2.0**53 - 1
"""The largest whole number up to which float64, in which they are computed, has every one."""

# Largest finite values: IEEE 754 for float16/32/64; for the others the OCP 8-bit formats
# (Micikevicius et al. 2022), their fnuz forms (Noune et al. 2022), and bfloat16 = (2 - 2^-7) 2^127.
DTYPES = {
    row.name: row
    for row in (
        DType("float64", 8, "F64", 1.7976931348623157e308, 2.0**-1074, drawn_in="float64", digits=53),
        DType("float32", 4, "F32", 3.4028234663852886e38, 2.0**-149),
        DType("float16", 2, "F16", 65504.0, 2.0**-24, digits=11),
        DType("bfloat16", 2, "BF16", 3.3895313892515355e38, 2.0**-133, stored_as="uint16", digits=8),
        DType("float8_e4m3fn", 1, "F8_E4M3", 448.0, 2.0**-9, stored_as="uint8", digits=4),
        DType("float8_e5m2", 1, "F8_E5M2", 57344.0, 2.0**-16, stored_as="uint8", digits=3),
        DType("float8_e4m3fnuz", 1, "F8_E4M3FNUZ", 240.0, 2.0**-10, stored_as="uint8", digits=4),
        DType("float8_e5m2fnuz", 1, "F8_E5M2FNUZ", 57344.0, 2.0**-17, stored_as="uint8", digits=3),
        DType("int64", 8, "I64", EXACT, 1.0, drawn_in="float64", lowest=-EXACT),
        DType("int32", 4, "I32", 2.0**31 - 1, 1.0, drawn_in="float64", lowest=-(2.0**31)),
        DType("int16", 2, "I16", 2.0**15 - 1, 1.0, drawn_in="float64", lowest=-(2.0**15)),
        DType("int8", 1, "I8", 127.0, 1.0, drawn_in="float64", lowest=-128.0),
        DType("uint64", 8, "U64", EXACT, 1.0, drawn_in="float64", lowest=0.0),
        DType("uint32", 4, "U32", 2.0**32 - 1, 1.0, drawn_in="float64", lowest=0.0),
        DType("uint16", 2, "U16", 2.0**16 - 1, 1.0, drawn_in="float64", lowest=0.0),
        DType("uint8", 1, "U8", 255.0, 1.0, drawn_in="float64", lowest=0.0),
        DType("bool", 1, "BOOL", 1.0, 1.0, drawn_in="float64", lowest=0.0),
    )
}
"""Every format by name; those of whole numbers are only for a ``param`` and for counters."""

FLOAT_DTYPES = tuple(name for name, row in DTYPES.items() if row.lowest is None)
"""The names that a model, a layer and ``--dtype`` can use."""


class CopiedFormat(NamedTuple):
    """A number format in which nothing is drawn, and whose values are only copied: ``bits`` for each of them.

    ``safetensors`` is its code there, empty if it has none. ``numpy`` is the name of NumPy's type, empty if NumPy
    itself has none.
    """

    name: str
    bits: int
    safetensors: str = ""
    numpy: str = ""


COPIED_FORMATS = {
    row.name: row
    for row in (
        CopiedFormat("complex64", 64, "C64", "<c8"),
        CopiedFormat("complex128", 128, "", "<c16"),
        CopiedFormat("float8_e8m0fnu", 8, "F8_E8M0"),
        CopiedFormat("F6_E3M2", 6, "F6_E3M2"),
        CopiedFormat("F6_E2M3", 6, "F6_E2M3"),
        CopiedFormat("F4", 4, "F4"),
    )
}
"""Formats by name that a file may have and no layer; safetensors' own name stands where NumPy has none."""


def is_stored(dtype: str) -> bool:
    """Tell whether a file of winitgen can have this number format."""
    return dtype in DTYPES or dtype in COPIED_FORMATS


def bits_of(dtype: str) -> int:
    """Return the number of bits of a value in a format that can be stored."""
    return 8 * DTYPES[dtype].itemsize if dtype in DTYPES else COPIED_FORMATS[dtype].bits


def bytes_of(dtype: str, count: int) -> int:
    """Return the bytes that a number of values take, rounded down; values of 4 or 6 bits fill whole bytes together.

    >>> bytes_of("float32", 3), bytes_of("F4", 6)
    (12, 3)
    """
    return count * bits_of(dtype) // 8

"""Numbers of 4, 6 or 8 bits of the Open Compute Project's microscaling formats (MX v1.0), for which NumPy has no name.

Values of 4 and 6 bits share bytes: the first one has the lowest bits, as PyTorch packs float4_e2m1fn_x2.
"""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from winitgen.files.input.stored_array import Read

if TYPE_CHECKING:
    import numpy as np

    from winitgen.numeric.arrays import Array


class PackedFormat(NamedTuple):
    """Bits of a value, of its exponent and of its mantissa; the exponent's bias; and whether there is a sign."""

    bits: int
    exponent: int
    mantissa: int
    bias: int
    signed: bool = True


PACKED = {
    "F4": PackedFormat(4, 2, 1, 1),
    "F6_E2M3": PackedFormat(6, 2, 3, 1),
    "F6_E3M2": PackedFormat(6, 3, 2, 3),
    "float8_e8m0fnu": PackedFormat(8, 8, 0, 127, signed=False),
}
"""The formats by their names in a file. None has an infinity; NaN is the last code of the last one alone."""


def value_of(code: int, kind: PackedFormat) -> float:
    """Return the number that a code stands for (MX v1.0, sections 5.3 and 5.4).

    >>> [value_of(code, PACKED["F4"]) for code in (0, 1, 2, 3, 7, 15)]
    [0.0, 0.5, 1.0, 1.5, 6.0, -6.0]
    """
    exponent = code >> kind.mantissa & (1 << kind.exponent) - 1
    fraction = (code & (1 << kind.mantissa) - 1) / (1 << kind.mantissa)
    if not kind.signed:
        return math.nan if code == (1 << kind.bits) - 1 else math.ldexp(1.0, exponent - kind.bias)
    sign = -1.0 if code >> kind.bits - 1 else 1.0
    if not exponent:
        return sign * math.ldexp(fraction, 1 - kind.bias)
    return sign * math.ldexp(1 + fraction, exponent - kind.bias)


def decoded_as(dtype: str) -> np.dtype[np.generic] | None:
    """Return the number format in which the values of a packed one are read, or None if it is none."""
    import numpy as np

    return np.dtype(np.float32) if dtype in PACKED else None


def unpacked(dtype: str, read_bytes: Read) -> Read:
    """Return a function that reads values of a packed format as float32, which has all of them."""
    kind = PACKED[dtype]
    together = math.lcm(kind.bits, 8) // kind.bits
    width = together * kind.bits // 8

    def read(start: int, count: int) -> Array:
        first, end = start // together, -(-(start + count) // together)
        codes = _codes(read_bytes(first * width, (end - first) * width), kind.bits, width)
        return numbers_of(dtype, codes[start - first * together :][:count])

    return read


def numbers_of(dtype: str, codes: Array) -> Array:
    """Return the numbers that codes of a packed format stand for, as float32."""
    found: Array = _values(dtype)[codes]
    return found


def _codes(content: Array, bits: int, width: int) -> Array:
    """Return the codes of ``bits`` in bytes, of which ``width`` hold whole values."""
    import numpy as np

    groups = content.reshape(-1, width).astype(np.uint32)
    words = sum((groups[:, place] << 8 * place for place in range(width)), np.zeros(len(groups), np.uint32))
    shifts = np.arange(0, 8 * width, bits, dtype=np.uint32)
    return (words[:, None] >> shifts & (1 << bits) - 1).astype(np.uint8).reshape(-1)


@cache
def _values(dtype: str) -> Array:
    """Return the value of each code, as float32."""
    import numpy as np

    kind = PACKED[dtype]
    return np.array([value_of(code, kind) for code in range(1 << kind.bits)], np.float32)

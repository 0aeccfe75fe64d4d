"""Drawn values to the number format of a file, rounded once, to nearest even."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from winitgen.compiled.kernels import kernels
from winitgen.numeric.arrays import Array


class _Format8(NamedTuple):
    """A format of 8 bits: what rounds to a code above ``largest`` becomes ``overflow``; ``one_zero``: there is no -0."""

    mantissa: int
    bias: int
    largest: int
    overflow: int
    one_zero: bool = False


# The 8-bit formats of OCP (Micikevicius et al. 2022) and their fnuz forms (Noune et al. 2022): beyond the largest number
# are NaN, infinity, and the only NaN, which has the code of -0.
_FORMATS_8 = {
    "float8_e4m3fn": _Format8(3, 7, 0x7E, 0x7F),
    "float8_e5m2": _Format8(2, 15, 0x7B, 0x7C),
    "float8_e4m3fnuz": _Format8(3, 8, 0x7F, 0x80, one_zero=True),
    "float8_e5m2fnuz": _Format8(2, 16, 0x7F, 0x80, one_zero=True),
}


def round_into(stored: Array, values: Array) -> None:
    """Put ``values`` (flat, contiguous, float32 or float64, no NaN) into ``stored``, an array of another format."""
    compiled, name = kernels(), stored.dtype.name
    if compiled is None or values.dtype != np.float32:
        np.copyto(stored, values, casting="unsafe")
    elif name == "float16":
        compiled.to_float16(values, stored)
    elif name == "bfloat16":
        compiled.to_bfloat16(values, stored.view(np.uint16))
    elif name in _FORMATS_8:
        compiled.to_float8(values, stored.view(np.uint8), *_FORMATS_8[name])
    else:
        np.copyto(stored, values, casting="unsafe")

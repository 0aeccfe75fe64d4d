"""Long doubles in float64, in which finite numbers stay finite, and those other than zero stay so."""

from __future__ import annotations

import numpy as np

from winitgen.numeric.arrays import Array

_ENDS = np.finfo(np.float64)


def as_float64(values: Array) -> Array:
    """Return a flat array of real numbers in float64: beyond its largest number that, below its smallest that."""
    with np.errstate(all="ignore"):
        found: Array = values.astype(np.float64)
        if values.itemsize <= 8:
            return found
        over = np.isinf(found) & np.isfinite(values)
        found[over] = np.copysign(_ENDS.max, found[over])
        under = (found == 0) & (values != 0)
        found[under] = np.copysign(_ENDS.smallest_subnormal, found[under])
    return found


def as_complex128(values: Array) -> Array:
    """Return a flat array of complex numbers in complex128, each part as in `as_float64`."""
    if values.itemsize <= 16:
        return values.astype(np.complex128)
    parts = np.ascontiguousarray(values).view(values.real.dtype)
    return as_float64(parts).view(np.complex128)

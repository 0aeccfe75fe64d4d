"""The number formats of NumPy and ml_dtypes, and their byte order."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from winitgen.errors import UnreadableError

if TYPE_CHECKING:
    import numpy as np

    from winitgen.numeric.arrays import Array


def native(values: Array) -> Array:
    """Return values in native byte order."""
    return values if values.dtype.isnative else values.byteswap().view(values.dtype.newbyteorder("="))


def little(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """Return a number format in little-endian order; formats of ml_dtypes have only native order."""
    if sys.byteorder == "big" and dtype.isbuiltin != 1:
        raise UnreadableError(f"{dtype.name} cannot be read on a big-endian machine")
    return dtype.newbyteorder("<") if dtype.isbuiltin == 1 else dtype


def numpy_dtype(name: str) -> np.dtype[Any] | None:
    """Return the number format with this name from NumPy or else ml_dtypes, or None."""
    import numpy as np

    try:
        return np.dtype(name)
    except TypeError:
        import ml_dtypes

        known = getattr(ml_dtypes, name, None)
        return None if known is None else np.dtype(known)

"""One pass over the values of an array: the SHA-256 of their bytes, and their ends."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from winitgen.files.output.blocks import BLOCK, little_endian

if TYPE_CHECKING:
    from winitgen.files.input.stored_array import StoredArray
    from winitgen.numeric.arrays import Array


class ValueDigest(NamedTuple):
    """The SHA-256 of the bytes of values, little-endian and in C order, and the smallest and largest finite value."""

    sha256: str
    low: float
    high: float


def digest_of(array: StoredArray, see: Callable[[int, Array], object] | None = None) -> ValueDigest:
    """Return the digest of an array, read block by block; ``see`` is called with the start and the values of each.

    Without finite values both ends are 0. Raises `UnreadableError` for values that cannot be read.
    """
    import numpy as np

    found, low, high = hashlib.sha256(), math.inf, -math.inf
    for start in range(0, array.size, BLOCK):
        values = array.read(start, min(BLOCK, array.size - start))
        found.update(little_endian(values))
        if see is not None:
            see(start, values)
        parts = values.view(values.real.dtype) if values.dtype.kind == "c" else values
        with np.errstate(invalid="ignore"):  # of a NaN that signals
            wide = parts.astype(np.float64)
        finite = wide[np.isfinite(wide)]
        low, high = float(finite.min(initial=low)), float(finite.max(initial=high))
    return ValueDigest(found.hexdigest(), *((low, high) if low <= high else (0.0, 0.0)))

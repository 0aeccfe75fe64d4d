"""Sums and counts of a block by the compiled kernels, if there are some for its number format."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import numpy as np

from winitgen.compiled.kernels import kernels
from winitgen.numeric.arrays import Array

_KERNELS = {
    "float32": ("sums_float32", np.float32),
    "float64": ("sums_float64", np.float64),
    "float16": ("sums_float16", np.float16),
    "bfloat16": ("sums_bfloat16", np.uint16),
}
"""By format the kernel, and the type as which NumPy lets others see the array's memory."""

Found = tuple[float, float, float, float]
"""Sum and sum of squares of value - shift, lowest and highest value."""


def compiled_sums(values: Array, shift: float) -> Found | None:
    """Return the sums of a flat array, or None: without a kernel for it, and if a value or a sum is NaN."""
    compiled = kernels()
    if compiled is None or not _is_plain(values):
        return None
    kernel = _KERNELS.get(_name(values))
    if kernel is None:
        return _of_codes(compiled, values, shift) if _name(values).startswith("float8_") else None
    name, seen_as = kernel
    found: Found = getattr(compiled, name)(values.view(seen_as), shift)
    return None if math.isnan(found[0]) else found


def compiled_counts(values: Array, counts: Array, low: float, per_unit: float) -> bool:
    """Add to ``counts`` the values of a flat array in each bin; return False if there is no kernel for it."""
    compiled = kernels()
    if compiled is None or not _is_plain(values) or _name(values) not in _KERNELS:
        return False
    name, seen_as = _KERNELS[_name(values)]
    getattr(compiled, name)(values.view(seen_as), 0.0, counts, low, per_unit)
    return True


def _is_plain(values: Array) -> bool:
    """Tell whether C can read an array as it lies in memory."""
    return bool(values.size and values.dtype.isnative and values.flags.c_contiguous and values.flags.aligned)


def _name(values: Array) -> str:
    """Return the name of an array's format; ``dtype.name`` would take as long as summing thousands of values."""
    name: str = values.dtype.type.__name__
    return name


def _of_codes(compiled: Any, values: Array, shift: float) -> Found | None:
    """Return the sums of numbers of 8 bits: each code is counted, and its number is added as often at once."""
    counts = np.zeros(256, np.int64)
    compiled.tally(values.view(np.uint8), counts)
    numbers = _numbers(values.dtype)[counts > 0]
    counts = counts[counts > 0]
    distances = numbers - shift
    total, squares = float(np.dot(counts, distances)), float(np.dot(counts, distances * distances))
    return None if math.isnan(total) else (total, squares, float(numbers.min()), float(numbers.max()))


@lru_cache(maxsize=8)
def _numbers(dtype: np.dtype[Any]) -> Array:
    """Return what each code means, in float64."""
    return np.arange(256, dtype=np.uint8).view(dtype).astype(np.float64)

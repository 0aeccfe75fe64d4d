"""Exact statistics of formats of at most 16 bits, from counts of each bit pattern."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np

from winitgen.audit.inspect.grid import Grid, cell, exponent_for
from winitgen.audit.inspect.summary import BINS, Summary
from winitgen.audit.inspect.unusual import of_patterns
from winitgen.numeric.arrays import Array

SMALL = {1: 1 << 12, 2: 1 << 17}
"""Bytes per element, with the number of elements from which counting patterns is faster."""


def counted(values: Array) -> Array:
    """Return how often each bit pattern occurs in a flat array, as int64."""
    return np.bincount(values.view(f"u{values.itemsize}"), minlength=1 << 8 * values.itemsize)


@cache
def _values(dtype: np.dtype[Any]) -> Array:
    """Return the value of each bit pattern, as float64."""
    patterns = np.arange(1 << 8 * dtype.itemsize, dtype=f"u{dtype.itemsize}")
    return patterns.view(np.uint8 if dtype.kind == "b" else dtype).astype(np.float64)


def summary_from(counts: Array, dtype: np.dtype[Any], bins: int = BINS) -> Summary:
    """Return the summary of values in this number format, given the count of each bit pattern."""
    values, patterns = _values(dtype), counts
    nans = int(counts[np.isnan(values)].sum())
    infinities = int(counts[np.isinf(values)].sum())
    kept = np.isfinite(values) & (counts > 0)
    values, counts = values[kept], counts[kept]
    finite = int(counts.sum())
    if not finite:
        return Summary(nans=nans, infinities=infinities)
    low, high = float(values.min()), float(values.max())
    mean = low if low == high else float((counts * values).sum()) / finite
    std = math.sqrt(float((counts * (values - mean) ** 2).sum()) / finite)
    exponent = exponent_for(low, high, bins)
    first = cell(low, exponent)
    grid = np.zeros(cell(high, exponent) - first + 1, np.int64)
    np.add.at(grid, np.floor(np.ldexp(values, -exponent)).astype(np.int64) - first, counts)
    zeros = int(counts[values == 0].sum())
    if dtype.kind in "iub":
        low, high = int(low), int(high)
    found = Summary(finite, zeros, nans, infinities, mean, std, low, high, Grid(exponent, first, grid))
    return found._replace(unusual=of_patterns(found, _values(dtype), patterns, dtype))

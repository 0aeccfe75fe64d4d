"""The cells in which values are counted, and their exact probabilities.

A stored number is the one nearest to a draw, so it is drawn when the draw lies between the midpoints to its
neighbours. A narrow format has a cell for each of its numbers. float32 and float64 have 10^5 cells whose
width is a power of two; a cell begins at the midpoint below its first number, which for values far from
zero (mean -2, standard deviation 1e-6) makes all the difference.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import ml_dtypes
import numpy as np

from tests.certificate.laws import Law

WIDE = ("float32", "float64")
NARROW = ("float16", "bfloat16", "float8_e4m3fn", "float8_e5m2", "float8_e4m3fnuz", "float8_e5m2fnuz")

CELLS = 1 << 17
"""The least number of cells of a wide format; there are up to twice as many."""

DIGITS = 16
"""Parts of a cell that are counted over all cells together: the digits below the cell's width."""


class Cells(NamedTuple):
    """Cells in the order of their numbers, and how to find a value's.

    ``values`` has a value of each cell, ``shares`` its probability, ``below`` and ``above`` those of less and
    of more than its lower edge. ``cell_of`` turns an array into cell numbers times ``parts``. If a cell has
    parts, values fall into each equally often. ``even`` marks a narrow format's numbers whose last bit is 0.
    """

    values: np.ndarray
    shares: np.ndarray
    below: np.ndarray
    above: np.ndarray
    cell_of: Callable[[np.ndarray], np.ndarray]
    parts: int
    even: np.ndarray | None = None


def numpy_type(dtype: str) -> np.dtype[Any]:
    """Return NumPy's type of a number format."""
    return np.dtype(dtype) if hasattr(np, dtype) else np.dtype(getattr(ml_dtypes, dtype))


def cells(law: Law, dtype: str) -> Cells:
    """Return the cells of a number format for a distribution."""
    return _wide(law, numpy_type(dtype)) if dtype in WIDE else _narrow(law, numpy_type(dtype))


def _between(law: Law, edges: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the shares between edges (the first is -inf, the last inf), and the shares below and above each."""
    below, above = law.below(edges), law.above(edges)
    shares = np.where(below[1:] < 0.5, np.diff(below), -np.diff(above))
    return np.maximum(shares, 0), below[:-1], above[:-1]


def _wide(law: Law, kind: np.dtype[Any]) -> Cells:
    """Return cells of one width, with one more at either end for all values beyond."""
    width = 2.0 ** math.floor(math.log2((law.high - law.low) / CELLS))
    first = math.floor(law.low / width) - 2
    number = math.ceil(law.high / width) + 2 - first
    starts = (first + np.arange(1, number)) * width
    last = starts.astype(kind)
    last = np.where(last.astype(float) < starts, last, np.nextafter(last, kind.type(-np.inf)))
    edges = (last.astype(float) + np.nextafter(last, kind.type(np.inf)).astype(float)) / 2
    step = np.spacing(kind.type(max(abs(law.low), abs(law.high))))
    parts = DIGITS if step <= width / DIGITS else 1

    def cell_of(values: np.ndarray) -> np.ndarray:
        far = values.astype(float)
        np.subtract(far, first * width, out=far)
        np.multiply(far, parts / width, out=far)
        np.clip(far, 0, number * parts - 1, out=far)
        return np.nan_to_num(far, copy=False).astype(np.int64)

    middles = (first + np.arange(number) + 0.5) * width
    return Cells(middles, *_between(law, np.concatenate(([-np.inf], edges, [np.inf]))), cell_of, parts)


def _narrow(law: Law, kind: np.dtype[Any]) -> Cells:
    """Return a cell for each finite number, and one at either end for all others."""
    bits = np.dtype(f"u{kind.itemsize}")
    patterns = np.arange(1 << 8 * kind.itemsize).astype(bits)
    with np.errstate(invalid="ignore"):  # some patterns are NaN
        numbers = patterns.view(kind).astype(float)
    order = np.flatnonzero(np.isfinite(numbers))
    finite = np.unique(numbers[order])
    edges = np.concatenate(([-np.inf], (finite[1:] + finite[:-1]) / 2, [np.inf]))
    found = np.full(numbers.size, finite.size)  # without a number: the last cell, which nothing should hit
    found[order] = np.searchsorted(finite, numbers[order])
    even = np.zeros(finite.size + 1, bool)
    even[found[order]] = patterns[order] % 2 == 0
    shares, below, above = _between(law, edges)
    drawn = finite[shares > 0]  # the values of the others are never used, but must not overflow
    return Cells(
        np.clip(np.append(finite, 0.0), drawn[0], drawn[-1]),
        np.append(shares, 0.0),
        np.append(below, 1.0),
        np.append(above, 0.0),
        lambda values: found[values.view(bits)],
        1,
        even,
    )

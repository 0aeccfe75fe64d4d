"""The summaries of many small arrays of one number format and one size, each step of which NumPy does for all of them at once.

A file may have hundreds of thousands of tensors of a few values; a dozen calls of NumPy for each would take far longer than reading them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from winitgen.audit.inspect.grid import DIGITS, FINEST, Grid
from winitgen.audit.inspect.summary import BINS, Summary, plain, summary_of
from winitgen.numeric.arrays import Array
from winitgen.numeric.powers import MODERATE
from winitgen.numeric.scratch import Workspace

MOST_VALUES = 512
"""Values of an array that is small."""

_AT_ONCE = 1 << 16
"""Values that are summarized at once, and bins that are counted: the scratch memory stays within a few megabytes."""


def small_summaries(arrays: Sequence[Array], workspace: Workspace, bins: int = BINS) -> list[Summary]:
    """Return the summary of each flat array of real numbers, integers, or booleans; all are of one format and one size, 1 at least.

    They are those of `summary_of`, but for the last digits of mean and standard deviation.
    """
    together = max(1, _AT_ONCE // max(arrays[0].size, bins))
    found: list[Summary] = []
    for start in range(0, len(arrays), together):
        some = arrays[start : start + together]
        rows = plain(np.concatenate(some)).reshape(len(some), -1)
        found += _of_rows(rows, workspace, bins)
    return found


def _of_rows(rows: Array, workspace: Workspace, bins: int) -> list[Summary]:
    """Return the summary of each row; those with values that are not finite, or beyond safe squares, go one by one."""
    low, high = rows.min(axis=1), rows.max(axis=1)
    ends = low.astype(np.float64), high.astype(np.float64)
    reach = np.maximum(np.abs(ends[0]), np.abs(ends[1]))
    usual = np.isfinite(reach) & ((reach == 0) | (np.abs(np.frexp(reach)[1]) < MODERATE))
    if usual.all():
        return list(_usual(rows, low, high, bins))
    together = _usual(rows[usual], low[usual], high[usual], bins)
    return [
        next(together) if one else summary_of(row, workspace, bins)
        for row, one in zip(rows, usual.tolist(), strict=True)
    ]


def _usual(rows: Array, lowest: Array, highest: Array, bins: int) -> Iterator[Summary]:
    """Yield the summary of each row of finite values between the lowest and the highest one."""
    if not len(rows):
        return
    wide, low, high = (values.astype(np.float64) for values in (rows, lowest, highest))
    size = rows.shape[1]
    mean, std = _moments(wide, low, high)
    zeros = np.count_nonzero(rows == 0, axis=1)
    exponents = _exponents(low, high, bins)
    first = _cells(low, exponents).astype(np.int64)
    counted = _cells(high, exponents).astype(np.int64) - first + 1
    cells = (_cells(wide, exponents[:, None]).astype(np.int64) - first[:, None]).astype(np.intp)
    cells += np.arange(len(rows))[:, None] * bins
    counts = np.bincount(cells.reshape(-1), minlength=len(rows) * bins).astype(np.int64).reshape(-1, bins)
    columns = (zeros, mean, std, lowest, highest, exponents, first, counted)
    for own, row in zip(counts, zip(*(column.tolist() for column in columns), strict=True), strict=True):
        grid = Grid(row[5], row[6], own[: row[7]].copy())  # a part of all counts would keep these
        yield Summary(size, row[0], 0, 0, row[1], row[2], row[3], row[4], grid)


def _moments(rows: Array, low: Array, high: Array) -> tuple[Array, Array]:
    """Return mean and standard deviation of each row: sums about a number near the mean where that is far from 0."""
    size = rows.shape[1]
    middle = (rows / size).sum(axis=1)
    far = np.abs(middle) > np.abs(rows - middle[:, None]).max(axis=1)
    shift = np.where(far, middle, 0.0)
    off = rows - shift[:, None]
    offset = off.sum(axis=1) / size
    variance = np.maximum(np.einsum("ij,ij->i", off, off) / size - offset * offset, 0.0)
    same = low == high
    return np.where(same, low, shift + offset), np.where(same, 0.0, np.sqrt(variance))


def _exponents(low: Array, high: Array, bins: int) -> Array:
    """Return for each pair of ends what `exponent_for` returns."""
    reach = np.maximum(np.abs(low), np.abs(high))
    found = np.where(reach > 0, np.maximum(np.frexp(reach)[1] - DIGITS, FINEST), FINEST)
    half = high / 2 - low / 2
    found = np.where(half > 0, np.maximum(found, np.frexp(half / bins)[1] - 2), found)
    while (wider := _cells(high, found) - _cells(low, found) >= bins).any():
        found = found + wider
    return found


def _cells(values: Array, exponents: Array) -> Array:
    """Return the number of the bin that contains each value, in float64, as `cell` does."""
    scaled = np.ldexp(values, -exponents)
    return np.where((scaled == 0) & (values < 0), -1.0, np.floor(scaled))

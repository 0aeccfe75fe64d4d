"""Exact histograms of values with an unknown range, counted in one pass.

All bins have the same width, a power of two, and begin at multiples of it. When the range grows, the
width doubles and pairs of bins are merged, which moves no value into a wrong bin. The final
bins therefore depend only on the smallest and the largest value, not on the order of the values.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from winitgen.numeric.arrays import Array
from winitgen.numeric.scratch import Workspace

FINEST = -1074
"""Exponent of the smallest positive float64."""

DIGITS = 52
"""The most binary digits of a bin's number, which are exact in float64."""

_RUN = 1 << 15
"""Values counted at once: the scratch memory fits a core's cache."""


class Grid(NamedTuple):
    """Bin k of ``counts`` begins at (first + k) times 2**exponent and ends where the next bin begins."""

    exponent: int
    first: int
    counts: Array

    def edge(self, index: int) -> float:
        """Return the lower edge of bin ``index``, capped at the largest float64."""
        try:
            return math.ldexp(self.first + index, self.exponent)
        except OverflowError:
            return math.copysign(np.finfo(np.float64).max, self.first + index)

    def times(self, number: int) -> Grid:
        """Return the histogram of ``number`` copies of the values."""
        return self._replace(counts=self.counts * number)


def exponent_for(low: float, high: float, most: int) -> int:
    """Return the smallest exponent at which the values from ``low`` to ``high`` fill at most ``most`` bins.

    >>> exponent_for(0.0, 1.0, 64), exponent_for(-0.25, 0.24, 64), exponent_for(3.0, 3.0, 64)
    (-5, -7, -50)
    """
    reach = max(abs(low), abs(high))
    exponent = max(FINEST, math.frexp(reach)[1] - DIGITS) if reach else FINEST
    half = high / 2 - low / 2  # the whole difference may exceed float64's range
    if half:
        exponent = max(exponent, math.frexp(half / most)[1] - 2)
    while cell(high, exponent) - cell(low, exponent) >= most:
        exponent += 1
    return exponent


def cell(value: float, exponent: int) -> int:
    """Return the number of the bin that contains a value.

    >>> cell(0.75, -1), cell(-5e-324, 900)
    (1, -1)
    """
    scaled = math.ldexp(value, -exponent)
    return -1 if scaled == 0 and value < 0 else math.floor(scaled)


def grid_of(values: Array, low: float, high: float, most: int, workspace: Workspace) -> Grid:
    """Return the histogram of a flat array of finite values between ``low`` and ``high``."""
    exponent = exponent_for(low, high, most)
    first = cell(low, exponent)
    count = cell(high, exponent) - first + 1
    if low == high:  # as in much of what packs well
        return Grid(exponent, first, np.full(1, values.size, np.int64))
    counts = np.zeros(count, np.int64)
    for start in range(0, values.size, _RUN):
        cells = _cells(values[start : start + _RUN], exponent, workspace)
        np.subtract(cells, first, out=cells)
        whole = workspace.array("bins", cells.size, np.intp)
        np.copyto(whole, cells, casting="unsafe")
        counts += np.bincount(whole, minlength=count)
    return Grid(exponent, first, counts)


def _cells(run: Array, exponent: int, workspace: Workspace) -> Array:
    """Return the bin number of each value of a run, as float64."""
    cells = workspace.array("cells", run.size, np.float64)
    np.copyto(cells, run, casting="unsafe")
    below = (cells < 0) if exponent > 0 else None
    if abs(exponent) < 1000:
        np.multiply(cells, math.ldexp(1.0, -exponent), out=cells)
    else:
        np.ldexp(cells, -exponent, out=cells)
    np.floor(cells, out=cells)
    if below is not None:  # a negative value may have underflowed to zero; its bin is -1
        cells[below & (cells == 0)] = -1
    return cells


def joined(grids: list[Grid], low: float, high: float, most: int) -> Grid:
    """Merge grids of values from ``low`` to ``high`` into one of at most ``most`` bins.

    No grid may be coarser than those bins, which holds for grids made with at least ``most`` bins.
    """
    exponent = exponent_for(low, high, most)
    first = cell(low, exponent)
    counts = np.zeros(cell(high, exponent) - first + 1, np.int64)
    for grid in grids:
        shift = min(exponent - grid.exponent, 62)
        cells = np.arange(grid.counts.size) + grid.first >> shift
        kept = grid.counts > 0
        np.add.at(counts, cells[kept] - first, grid.counts[kept])
    return Grid(exponent, first, counts)

"""Ranks to values of the normal distribution: the shipped lines are scaled, looked up and applied.

The segment of a rank f is float32(f) without its lowest 14 bits (sign, exponent, 9 bits of mantissa), and
the value is A[segment] + B[segment] f: one multiplication and one addition, each a NumPy call of its own,
so that no compiler can fuse them. ``tables/normal.py`` computes the lines.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

from winitgen.drawing.shipped_lines import END, FARTHEST, FIRST, FIRST_NARROW, NEGATIVE, shipped

if TYPE_CHECKING:
    from winitgen.drawing.distributions.distribution import Precision
    from winitgen.numeric.arrays import Array
    from winitgen.numeric.scratch import Workspace

MANY = 1 << 17
"""From this many elements on, it is cheaper to scale all lines once than each line that is looked up."""


class Lines(NamedTuple):
    """A and B of z = A + B f, each indexed by segment; read-only, so any thread may read them."""

    intercepts: Array
    slopes: Array


class LookUp(Protocol):
    """Turns ranks into quantiles times a standard deviation."""

    def __call__(self, ranks: Array, workspace: Workspace) -> Array:
        """Return the workspace's array ``values``, of the drawing precision, for as many ranks."""
        ...


def look_up(std: float, dtype: Precision, count: int) -> LookUp:
    """Return the function from ranks of ``dtype`` to ``std`` times their quantiles.

    ``std`` multiplies A and B in float64, and each product is rounded once to ``dtype``: for a parameter of
    many elements (``count``) over the whole table, else only over the lines looked up. Both give the same
    bits.
    """
    if count >= MANY:
        return _with_lines(scaled_lines(std, dtype))
    return _with_scale(scaled_lines(1.0, "float64"), std)


def _with_lines(lines: Lines) -> LookUp:
    def apply(ranks: Array, workspace: Workspace) -> Array:
        intercepts, slopes = _take(lines, ranks, workspace)
        return _on_line(intercepts, slopes, ranks)

    return apply


def _on_line(intercepts: Array, slopes: Array, ranks: Array) -> Array:
    """Return A + B f in place of A: two NumPy calls, because one might be fused."""
    np.multiply(slopes, ranks, out=slopes)
    np.add(intercepts, slopes, out=intercepts)
    return intercepts


def _with_scale(lines: Lines, std: float) -> LookUp:
    def apply(ranks: Array, workspace: Workspace) -> Array:
        wide = _take(lines, ranks, workspace)
        intercepts = workspace.array("values", ranks.size, ranks.dtype)
        slopes = workspace.array("slopes", ranks.size, ranks.dtype)
        for line, rounded in zip(wide, (intercepts, slopes), strict=True):
            np.multiply(line, std, out=line)
            np.copyto(rounded, line, casting="same_kind")
        return _on_line(intercepts, slopes, ranks)

    return apply


def _take(lines: Lines, ranks: Array, workspace: Workspace) -> tuple[Array, Array]:
    """Return A and B of each rank's segment in the workspace, in the precision of ``lines``."""
    count, dtype = ranks.size, lines.slopes.dtype
    segments = _segments(ranks, workspace)
    intercepts = workspace.array("values", count, dtype)
    slopes = workspace.array("slopes", count, dtype)
    # No segment lies outside the table; "wrap" is the fastest mode without a bounds check.
    np.take(lines.intercepts, segments, out=intercepts, mode="wrap")
    np.take(lines.slopes, segments, out=slopes, mode="wrap")
    return intercepts, slopes


def _segments(ranks: Array, workspace: Workspace) -> Array:
    if ranks.dtype != np.float32:
        narrow = workspace.array("narrow", ranks.size, np.float32)
        np.copyto(narrow, ranks, casting="same_kind")
        ranks = narrow
    segments = workspace.array("segments", ranks.size, np.intp)
    np.right_shift(ranks.view(np.uint32), 14, out=segments)
    return segments


@lru_cache(maxsize=8)
def scaled_lines(std: float, dtype: Precision) -> Lines:
    """Return the lines for ``std`` times the quantile, by segment (2^18 entries each), rounded to ``dtype``."""
    lines = Lines(np.zeros(2 * NEGATIVE, dtype), np.zeros(2 * NEGATIVE, dtype))
    _fill(lines, std, dtype)
    for row in lines:
        row.setflags(write=False)
    return lines


@lru_cache(maxsize=8)
def line_pairs(std: float, dtype: Precision) -> Array:
    """Return the same lines as one array of shape (2^18, 2): A and B of a segment beside each other, read-only."""
    pairs = np.zeros((2 * NEGATIVE, 2), dtype)
    _fill(Lines(pairs[:, 0], pairs[:, 1]), std, dtype)
    pairs.setflags(write=False)
    return pairs


def _fill(lines: Lines, std: float, dtype: Precision) -> None:
    """Scale and round the shipped lines into arrays of zeros, one entry a segment.

    Ranks below the first line get the value of rank 0, rank 2^31 gets the last line, and negative ranks the
    same lines mirrored at the origin: -A and B. For float32 only the lines that ranks reach are filled, so
    that small tables stay small in memory; none of them overflows.
    """
    first = FIRST if dtype == "float64" else FIRST_NARROW
    below = slice(0, first) if dtype == "float64" else slice(0, 1)
    intercepts, slopes = std * _shipped()[:, first - FIRST :]
    for side, sign in ((0, 1.0), (NEGATIVE, -1.0)):
        ours = Lines(*(row[side : side + NEGATIVE] for row in lines))
        ours.intercepts[below] = sign * std * FARTHEST
        ours.intercepts[first:END] = sign * intercepts
        ours.slopes[first:END] = slopes
        for row in ours:
            row[END] = row[END - 1]


@cache
def _shipped() -> Array:
    """Return A and B, shape (2, 63 octaves * 512 lines), of the positive ranks from 2^-32 on."""
    return np.frombuffer(shipped(), "<f8").reshape(2, END - FIRST)

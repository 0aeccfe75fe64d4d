"""What is unusual about the values of a tensor: some far from all others, few different ones, or a lump at an end."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from winitgen.audit.inspect.summary import Summary
from winitgen.numeric.arrays import Array

BITS = {"bfloat16": 7, "float16": 10}
"""Random bits with which JAX draws a value of these formats, and TensorFlow a uniform one."""

FEWEST = 1000
"""Values of a tensor below which none is called far."""

FAR = 8.0
"""Standard deviations of the others from which on a value is far."""

_RARE = 1 / 256
"""Largest share of far values."""

_GAP, _PART = 3.0, 1 / 3
"""Standard deviations between far values and the nearest other one, at least, and part of the way: a tail hardly has such a gap."""

_SUSPECT = 6.9
"""Standard deviations of all values that the farthest is from the mean, if it is far and far values are so rare."""

_LUMP, _NEXT = 3.0, 8
"""How many times as frequent an end is as the next so many numbers, on average, if it is a lump."""


def unusual_of(found: object, dtype: str) -> tuple[str, ...]:
    """Return what is unusual about the values of a tensor in a format of real numbers."""
    if not isinstance(found, Summary) or not dtype.startswith(("float", "bfloat")):
        return ()
    if found.unusual is not None:
        return found.unusual
    return tuple(far_values(found)) if found.finite >= FEWEST else ()


def far_values(found: Summary, cells: tuple[Array, Array, Array] | None = None) -> Iterator[str]:
    """Yield a clause about values far below the others, and one about those far above.

    ``cells`` are those of a histogram, by default the summary's.
    """
    reach = max(found.high - found.mean, found.mean - found.low)
    if (
        found.finite < FEWEST
        or not found.varies
        or found.zeros * 2 > found.finite
        or reach < _SUSPECT * found.std
    ):
        return
    begins, ends, counts = cells or _cells(found)
    share = np.cumsum(counts) / found.finite
    first, middle, last = (int(np.searchsorted(share, part)) for part in (0.159, 0.5, 0.841))
    spread = float(ends[last] - begins[first]) / 2
    if not 0.0 < spread < math.inf:
        return
    centre = float(begins[middle] + ends[middle]) / 2
    begins, ends = (begins - centre) / spread, (ends - centre) / spread
    below, above = int((ends < -FAR).sum()), int((begins > FAR).sum())
    inner = counts.size - above
    for place, gap in (
        (slice(0, below), begins[below] - ends[below - 1]),
        (slice(inner, None), begins[inner % counts.size] - ends[inner - 1]),
    ):
        number = int(counts[place].sum())
        if 0 < number <= found.finite * _RARE:
            low, high = float(begins[place][0]), float(ends[place][-1])
            if gap >= max(_GAP, _PART * min(abs(low), abs(high))):
                yield _far(found, number, (centre + low * spread, centre + high * spread), (centre, spread))


def _far(found: Summary, number: int, ends: tuple[float, float], others: tuple[float, float]) -> str:
    """Return a clause about values between these ends; ``others`` are the centre of the others and their deviation."""
    low, high = max(ends[0], float(found.low)), min(ends[1], float(found.high))
    if number == 1:
        low = high = float(found.low if high < others[0] else found.high)
    nearest = min(abs(low - others[0]), abs(high - others[0])) / others[1]
    same = f"{low:.4g}" == f"{high:.4g}"
    verb = "is" if number == 1 else "are" if same else "lie from"
    where = f"{low:.4g}" if same else f"{low:.4g} to {high:.4g}"
    return f"{number:,} of {found.finite:,} values {verb} {where}, at least {math.floor(nearest):,} standard deviations from the others"


def _cells(found: Summary) -> tuple[Array, Array, Array]:
    """Return the lower ends, the upper ends and the counts of the cells of a histogram that hold values."""
    grid = found.grid
    assert grid is not None  # some value is finite
    edges = np.array([grid.edge(index) for index in range(grid.counts.size + 1)])
    held = grid.counts > 0
    return edges[:-1][held], edges[1:][held], grid.counts[held]


def of_patterns(found: Summary, values: Array, counts: Array, dtype: np.dtype[Any]) -> tuple[str, ...]:
    """Return clauses about values in a format of two bytes; ``counts`` says how often each of all bit patterns occurs.

    ``values`` are the numbers that the patterns stand for.
    """
    if dtype.name not in BITS or not found.varies:
        return ()
    own = np.flatnonzero((counts > 0) & np.isfinite(values))
    own = own[np.argsort(values[own])]
    exact = values[own], values[own], counts[own]
    return (*far_values(found, exact), *_few(found, counts[own], dtype), *_lumps(found, counts, own))


def _few(found: Summary, counts: Array, dtype: np.dtype[Any]) -> Iterator[str]:
    """Yield a clause about values that are as few, and as equally frequent, as some random bits make them."""
    bits = BITS[dtype.name]
    each = found.finite / counts.size
    if counts.size != 1 << bits:
        return
    off = float(((counts - each) ** 2).sum()) / each - counts.size
    if abs(off) < 6.0 * math.sqrt(2.0 * counts.size):
        yield f"{counts.size:,} different values, equally frequent: from {bits} random bits, as JAX and TensorFlow draw {dtype.name}"


def _lumps(found: Summary, counts: Array, own: Array) -> Iterator[str]:
    """Yield a clause about the smallest and the largest value, if it is more frequent than the numbers next to it."""
    for place, value, which in ((own[0], found.low, "smallest"), (own[-1], found.high, "largest")):
        inner = counts[place - _NEXT : place]  # the patterns towards 0, as the sign is the highest bit
        if not (found.low < 0.0 < found.high and inner.size == _NEXT and inner.all()):
            continue
        number, usual = int(counts[place]), float(inner.mean())
        if number > _LUMP * usual and number - usual > 6.0 * math.sqrt(usual):
            yield f"{number:,} of {found.finite:,} values are {value:.4g}, the {which}: {number / usual:.0f} times as many as of the next numbers"

"""Statistics of a signal at one layer: mean, standard deviation and a histogram, over all samples and units."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from winitgen.numeric.arrays import Array
from winitgen.numeric.histogram import Histogram, histogram_of
from winitgen.numeric.powers import near
from winitgen.numeric.scratch import Workspace
from winitgen.numeric.sums import Sums, sums_of
from winitgen.numeric.workers import Workers

BLOCK = 1 << 16
"""Values processed at once, so that they stay in a core's cache."""

LONG = 1 << 18
"""Values summed at once where nothing else is done to them: fewer calls, each of which takes some microseconds."""

SHOWN = 1 << 16
"""The largest number of values in a histogram, spread evenly over the signal."""

ROUNDING = 1e-13
"""A standard deviation below this share of the root mean square is reported as 0."""

_LOCAL = threading.local()


class SignalStats(NamedTuple):
    """Mean, standard deviation, root mean square and histogram of values that are all finite."""

    mean: float
    std: float
    root: float
    histogram: Histogram


def stats_of(values: Array, workers: Workers) -> SignalStats | None:
    """Return the statistics of an array of float32 or float64, None if a value is not finite."""
    scale, shown = scale_of(values), sampled(values)
    shift = shift_of(shown)
    flat = values.reshape(-1)
    sums = workers.each(lambda run: add(flat[run], shift, scale), workers.runs(flat.size, LONG))
    return joined(sums, shift, scale, shown)


def shift_of(shown: Array) -> float:
    """Return the value about which squares are summed: near the mean, to keep the digits of a small spread."""
    with np.errstate(all="ignore"):
        mean = float(shown.mean(dtype=np.float64)) if shown.size else 0.0
    return mean if math.isfinite(mean) else 0.0


def scale_of(values: Array) -> float:
    """Return the divisor of values before they are squared: 1, except for float64 far from 1."""
    if values.dtype == np.float32 or not values.size:
        return 1.0
    largest = float(np.abs(values).max())
    return near(largest) if math.isfinite(largest) else 1.0


def add(block: Array, shift: float, scale: float) -> Sums:
    """Return the sums of a flat array of at most about `BLOCK` values; any thread may call it."""
    if not hasattr(_LOCAL, "workspace"):
        _LOCAL.workspace = Workspace()
    return sums_of(block, _LOCAL.workspace, shift, scale)


def joined(blocks: Iterable[Sums], shift: float, scale: float, shown: Array) -> SignalStats | None:
    """Return the statistics of all blocks from their sums, with a histogram of the values ``shown``."""
    sums = Sums()
    for block in blocks:
        sums = sums.plus(block)
    if not sums.seen or not math.isfinite(sums.total) or not math.isfinite(sums.squares):
        return None
    offset = sums.total / sums.seen
    std = math.sqrt(max(sums.squares / sums.seen - offset * offset, 0.0)) * scale
    mean = shift + offset * scale
    root = math.hypot(mean, std)
    # For a constant signal, the remaining spread is rounding error.
    return SignalStats(mean, std if std > ROUNDING * root else 0.0, root, histogram_of(shown))


def sampled(values: Array) -> Array:
    """Return a copy of at most `SHOWN` values, at a constant step.

    The step has no common divisor with the sizes of the axes, so that it does not hit the same unit of
    every sample.
    """
    flat = values.reshape(-1)
    step = max(1, -(-flat.size // SHOWN))
    while step > 1 and any(math.gcd(step, size) > 1 for size in values.shape[1:]):
        step += 1
    return flat[::step].copy()

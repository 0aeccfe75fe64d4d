"""How much the samples of a batch still differ from each other behind a layer."""

from __future__ import annotations

import math

import numpy as np

from winitgen.numeric.arrays import Array

LOOKED_AT = 1 << 18
"""About the most values that are looked at, of units that are spread evenly."""


def distinct(values: Array) -> float | None:
    """Return how much two samples differ, as a share of their size: √(1 - c).

    c is the mean over units of E[x_a x_b] over that of E[x^2], for two samples a and b: the correlation of two inputs
    in mean-field theory (Poole et al. 2016, eq. 5), with their means. Each position of a map counts as units of its own. The result is 0 if all
    samples are alike, and about 1 for independent ones of mean 0. None for a single sample, for values that are not finite, and if all are 0.
    """
    rows = values.reshape(len(values), math.prod(values.shape[1:]))
    if len(rows) < 2 or not rows.size:
        return None
    step = -(-rows.size // LOOKED_AT)
    while step > 1 and any(math.gcd(step, size) > 1 for size in values.shape[1:]):
        step += 1
    seen = rows[:, ::step].astype(np.float64)
    largest = float(np.abs(seen).max())
    if not 0 < largest < math.inf:
        return None
    seen /= largest
    square = float(np.square(seen).mean())
    return math.sqrt(min(float(seen.var(axis=0, ddof=1).mean()) / square, 1.0))

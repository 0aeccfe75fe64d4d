"""Where the slope of an activation counts: elsewhere its values are saturated."""

from __future__ import annotations

from functools import cache

import numpy as np

from winitgen.catalog.activations import Applied
from winitgen.probing.activations import FLAT, evaluate
from winitgen.report.plots.shapes import PlotRange

_FURTHEST = 200.0
"""Where a slope is looked for on either side of zero; that of softsign falls to 1 % at 9."""


@cache
def steep(activation: str) -> PlotRange | None:
    """Return the range around 0 in which the slope is at least 1 % of its largest, or None if it has no two ends.

    >>> steep("tanh")
    PlotRange(low=-2.99, high=2.99)
    """
    name, _, given = activation.partition("(")  # as Applied is written
    applied = Applied(name, float(given.rstrip(")"))) if given else Applied(name)
    if applied.largest_slope is None:
        return None
    points = np.linspace(-_FURTHEST, _FURTHEST, 400_001)
    flat = np.abs(evaluate(applied, points)[1]) < FLAT * applied.largest_slope
    below, above = points[flat & (points < 0)], points[flat & (points > 0)]
    if not (below.size and above.size):
        return None
    return PlotRange(round(float(below[-1]), 2), round(float(above[0]), 2))

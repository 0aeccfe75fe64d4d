"""Probability densities of distributions, as plain values for reports and plots."""

from __future__ import annotations

import math
from typing import Any

Density = dict[str, Any]
"""``kind`` and its parameters.

::

    normal            mean, std
    uniform           low, high
    truncated_normal  mean and std of the parent; low and high, where it is cut
"""


def truncated(mean: float, std: float, low: float, high: float) -> Density:
    """Return the density of a normal cut at two distances from its mean."""
    return {"kind": "truncated_normal", "mean": mean, "std": std, "low": mean + low, "high": mean + high}


def pdf(density: Density, x: float) -> float:
    """Return the probability density at ``x``, which is zero beyond the bounds.

    >>> round(pdf({"kind": "normal", "mean": 0.0, "std": 1.0}, 0.0), 4)
    0.3989
    """
    low, high = bounds(density)
    if not low <= x <= high:
        return 0.0
    if density["kind"] == "uniform":
        return 1.0 / (high - low)
    mean, std = float(density["mean"]), float(density["std"])
    return math.exp(-(((x - mean) / std) ** 2) / 2) / (std * math.sqrt(2 * math.pi) * _inside(density))


def bounds(density: Density) -> tuple[float, float]:
    """Return the lower and upper bound of the density, either of which may be infinite."""
    return density.get("low", -math.inf), density.get("high", math.inf)


def _inside(density: Density) -> float:
    """Return the probability of a normal between its bounds, from upper tails only, which do not cancel."""
    low, high = ((end - density["mean"]) / density["std"] for end in bounds(density))
    if low + high < 0:  # more lies to the left: use the mirror image
        low, high = -high, -low
    return (math.erfc(low / math.sqrt(2)) - math.erfc(high / math.sqrt(2))) / 2

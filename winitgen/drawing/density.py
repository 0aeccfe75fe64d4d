"""The density that a distribution's values have, as plain values for reports and plots."""

from __future__ import annotations

import math
from functools import singledispatch
from typing import Any

from winitgen.drawing.distributions import IntervalNormal, Normal, TruncatedNormal, Uniform
from winitgen.drawing.whole.repeated import Repeated

Density = dict[str, Any]
"""``kind`` and the numbers of it.

::

    normal            mean, std
    uniform           low, high
    truncated_normal  mean and std of the parent, and low, high, where it is cut
"""


@singledispatch
def density_of(distribution: object) -> Density | None:
    """Return the density of what is drawn, or None where it is none of those three.

    >>> density_of(Uniform(-0.5, 0.5))
    {'kind': 'uniform', 'low': -0.5, 'high': 0.5}
    """
    return None


@density_of.register
def _(distribution: Normal) -> Density:
    return {"kind": "normal", "mean": distribution.mean, "std": distribution.std}


@density_of.register
def _(distribution: Uniform) -> Density:
    return {"kind": "uniform", "low": distribution.low, "high": distribution.high}


@density_of.register
def _(distribution: TruncatedNormal) -> Density:
    reach = distribution.bound * distribution.std
    return _truncated(distribution.mean, distribution.std, -reach, reach)


@density_of.register
def _(distribution: IntervalNormal) -> Density:
    low, high = distribution.low * distribution.std, distribution.high * distribution.std
    return _truncated(distribution.mean, distribution.std, low, high)


@density_of.register
def _(distribution: Repeated) -> Density | None:
    return density_of(distribution.base)


def _truncated(mean: float, std: float, low: float, high: float) -> Density:
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
    """Return where the density begins and ends, which may be at infinity."""
    return density.get("low", -math.inf), density.get("high", math.inf)


def _inside(density: Density) -> float:
    """Return the share of a normal that its bounds leave: by upper tails alone, which do not cancel."""
    low, high = ((end - density["mean"]) / density["std"] for end in bounds(density))
    if low + high < 0:  # more lies to the left: look at it in a mirror
        low, high = -high, -low
    return (math.erfc(low / math.sqrt(2)) - math.erfc(high / math.sqrt(2))) / 2

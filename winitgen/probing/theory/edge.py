"""The fixed point of the length map, where a signal neither shrinks nor grows, and the edge of chaos.

With weights of variance sigma_w^2 / fan_in and biases of variance sigma_b^2, the variance q of the
pre-activations becomes sigma_w^2 E f(z)^2 + sigma_b^2 from layer to layer, z ~ N(0, q) (Poole et al. 2016),
and the square of a small gradient is multiplied by chi = sigma_w^2 E f'(z)^2 (Schoenholz et al. 2017).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from winitgen.catalog.activations import Applied
from winitgen.numeric.arrays import Array
from winitgen.probing.theory.gaussian import response

STEP = 1.25
"""The ratio of neighbours in the search for a root: two roots that are closer are missed."""

LARGEST = 1e8
"""The largest variance in the search: a fixed point beyond it counts as none."""

SMALLEST = 1e-30
"""A variance near enough to 0 to show the behaviour there."""


class Edge(NamedTuple):
    """The critical variance of the weights, times the fan-in, and of the pre-activations.

    ``variance`` is None if every variance is a fixed point, as for ReLU without biases.
    """

    weight_variance: float
    variance: float | None


def edge_of_chaos(applied: Applied, bias_variance: float) -> Edge | None:
    """Return sigma_w^2 where chi = 1 at the smallest fixed point q of the variance, or None if there is none.

    Such a q solves q = E f^2 / E f'^2 + sigma_b^2 (Hayou et al. 2019, algorithm 1). Without biases, an
    activation with f(0) = 0 has its edge at q = 0, and one of straight lines through 0 at every q.
    The fixed point is not always stable: GELU, SiLU and Mish drive variances away from it, slowly (the slope
    of the length map there is 1.02 to 1.10 for biases of standard deviation 0.1 to 0.2).
    """
    if applied.name == "softmax":
        return None
    if bias_variance == 0.0 and (at_zero := _edge_at_zero(applied)):
        return at_zero
    variance = _root(
        lambda q: q - bias_variance - _ratio(applied, q), _grid(max(bias_variance, SMALLEST), LARGEST)
    )
    if variance is None:
        return None
    return Edge(float(1.0 / _moments(applied, np.array([variance]))[1][0]), variance)


def fixed_point(
    applied: Applied, weight_variance: float, bias_variance: float, start: float = 1.0
) -> float | None:
    """Return the variance to which pre-activations of variance ``start`` converge, or None if they diverge.

    If the length map does not change ``start``, it is the fixed point. Softmax has None.
    """
    if applied.name == "softmax":
        return None

    def growth(q: Array) -> Array:
        return weight_variance * _moments(applied, q)[0] + bias_variance - q

    first = float(growth(np.array([start]))[0])
    if abs(first) <= 1e-12 * start:
        return start
    if first > 0.0:
        return _root(growth, _grid(start, LARGEST))
    lowest = _root(growth, _grid(max(bias_variance, SMALLEST) / STEP, start)[::-1])
    return 0.0 if lowest is None else lowest


def _moments(applied: Applied, variance: Array) -> tuple[Array, Array]:
    """Return E f^2 and E f'^2 for mean 0."""
    found = response(applied, 0.0, variance)
    assert found is not None
    return found.square, found.slope_square


def _ratio(applied: Applied, variance: Array) -> Array:
    """Return E f^2 / E f'^2 for mean 0."""
    square, slope_square = _moments(applied, variance)
    ratio: Array = square / slope_square
    return ratio


def _edge_at_zero(applied: Applied) -> Edge | None:
    """Return the edge without biases if f(0) = 0 and the slope there is not 0."""
    squares, slopes = _moments(applied, np.array([SMALLEST, 1.0]))
    if squares[0] > 1e3 * SMALLEST or slopes[0] < 1e-6:
        return None
    return Edge(float(1.0 / slopes[0]), None if applied.row.scale_free else 0.0)


def _grid(low: float, high: float) -> Array:
    """Return values from ``low`` to ``high`` at equal ratios of about STEP."""
    return np.geomspace(low, high, max(2, round(np.log(high / low) / np.log(STEP))))


def _root(function: Callable[[Array], Array], grid: Array) -> float | None:
    """Return the first root along the grid, by the sign of ``function``, or None."""
    while abs(grid[0] / grid[-1] - 1.0) > 1e-13:
        signs = np.sign(function(grid))
        (after,) = np.nonzero(signs[1:] != signs[0])
        if not after.size:
            return None
        grid = np.geomspace(grid[after[0]], grid[after[0] + 1], 17)
    return float(grid[0])

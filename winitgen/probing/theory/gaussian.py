"""Moments of an activation's output and slope for a Gaussian input: the integrals of mean-field theory."""

from __future__ import annotations

from typing import Generic, NamedTuple, TypeVar, overload

import numpy as np

from winitgen.catalog.activations import Applied
from winitgen.numeric.arrays import Array
from winitgen.probing.activations import evaluate
from winitgen.probing.theory.quadrature import NODES, nodes_for

Real = TypeVar("Real", float, Array)

AT_ONCE = 64
"""Gaussians integrated at once, so that their nodes stay in cache."""

MANY = 1000
"""More Gaussians than this, as over the positions of an image, are integrated with fewer nodes, to 1e-7."""


class Response(NamedTuple, Generic[Real]):
    """The moments of f(z) for z ~ N(mean, variance).

    ``mean`` is E f(z), with an error below 1e-9 of the root mean square. ``square`` is E f(z)^2 and
    ``slope_square`` is E f'(z)^2, with a relative error below 1e-9, unless they are dominated by values more
    than 12 standard deviations out. ``variance`` is Var f(z), summed about f(mean), so that it keeps its
    digits if it is much smaller than the square.
    """

    mean: Real
    square: Real
    slope_square: Real
    variance: Real


@overload
def response(applied: Applied, mean: float, variance: float) -> Response[float] | None: ...
@overload
def response(applied: Applied, mean: Array, variance: Array | float) -> Response[Array] | None: ...
@overload
def response(applied: Applied, mean: float, variance: Array) -> Response[Array] | None: ...
def response(
    applied: Applied, mean: float | Array, variance: float | Array
) -> Response[float] | Response[Array] | None:
    """Return the moments over z ~ N(mean, variance), or None for softmax, which is not elementwise.

    Arguments are numbers or arrays that broadcast; the moments have the common shape. Equal pairs are
    integrated once, and more than MANY different ones with fewer nodes. Variance 0 is a constant; an argument
    that is not finite gives nan.
    """
    if applied.name == "softmax":
        return None
    means, variances = np.broadcast_arrays(np.asarray(mean, np.float64), np.asarray(variance, np.float64))
    pairs = np.empty(means.size, np.complex128)
    pairs.real, pairs.imag = means.reshape(-1), variances.reshape(-1)
    single, inverse = np.unique(pairs, return_inverse=True)
    with np.errstate(all="ignore"):
        integrals = _all_integrals(applied, single.real, single.imag)[:, inverse.reshape(-1)]
    if means.ndim:
        return Response(*integrals.reshape(-1, *means.shape))
    return Response(*(float(integral) for integral in integrals[:, 0]))


def _all_integrals(applied: Applied, mean: Array, variance: Array) -> Array:
    """Return the four moments of each pair, as the rows of one array."""
    if applied.name == "linear":
        return np.stack([mean, mean**2 + variance, np.ones_like(mean), variance])
    if applied.name == "sin":
        return _sine(applied.number, mean, variance)
    integrals = np.full((4, mean.size), np.nan)
    constant = np.isfinite(mean) & (variance == 0.0)
    value, slope = evaluate(applied, mean[constant])
    integrals[:, constant] = value, value**2, slope**2, np.zeros_like(value)
    (rest,) = np.nonzero(np.isfinite(mean) & np.isfinite(variance) & (variance > 0.0))
    rest = rest[np.argsort(variance[rest])]
    count = NODES if rest.size <= MANY else NODES // 2
    for start in range(0, rest.size, AT_ONCE):
        some = rest[start : start + AT_ONCE]
        integrals[:, some] = _integrals(applied, mean[some], variance[some], count)
    return integrals


def _integrals(applied: Applied, mean: Array, variance: Array, count: int) -> Array:
    """Return the four moments by Gauss-Legendre quadrature over panels of ``count`` nodes each."""
    nodes, weights = nodes_for(mean, variance, applied.row.kinks, count)
    value, slope = evaluate(applied, nodes)
    slope *= slope
    total = _sums(weights, value), _sums(weights, value * value), _sums(weights, slope)
    value -= evaluate(applied, mean)[0][:, None]
    shift = _sums(weights, value)
    value *= value
    return np.stack([*total, _sums(weights, value) - shift**2])


def _sums(weights: Array, values: Array) -> Array:
    """Return the weighted sums along the last axis."""
    sums: Array = np.einsum("ij,ij->i", weights, values)
    return sums


def _sine(omega: float, mean: Array, variance: Array) -> Array:
    """Return the four moments of sin(omega z), from E exp(i omega z) = exp(i omega mean - omega^2 variance / 2).

    With a = 2 omega mean and b = 2 omega^2 variance, E f^2 = (1 - cos a e^-b) / 2 and
    E f'^2 = omega^2 (1 + cos a e^-b) / 2. The variance is (1 - e^-b/2) (1 + cos a e^-b/2) / 2.
    """
    shrunk = 0.5 * omega**2 * variance
    value = np.sin(omega * mean) * np.exp(-shrunk)
    turn = np.cos(2.0 * omega * mean)
    square = np.sin(omega * mean) ** 2 - 0.5 * turn * np.expm1(-4.0 * shrunk)
    slope_square = 0.5 * omega**2 * (1.0 + turn * np.exp(-4.0 * shrunk))
    spread = -0.5 * np.expm1(-2.0 * shrunk) * (1.0 + turn * np.exp(-2.0 * shrunk))
    return np.stack([value, square, slope_square, spread])

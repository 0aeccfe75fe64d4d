"""Nodes and weights of integrals over a Gaussian, for functions with kinks and features near 0."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from winitgen.numeric.arrays import Array

WIDE = 12.0
"""Standard deviations on either side that are integrated over: the rest is below 1e-32."""

PANEL = 2.0
"""The widest panel, in standard deviations."""

NODES = 16
"""Gauss-Legendre nodes of one panel. If a panel is no wider than its distance from 0, where an activation has
its nearest pole, the error of n nodes is below about 5.8^-2n (by the Bernstein ellipse)."""


@lru_cache(maxsize=4)
def legendre(count: int) -> tuple[Array, Array]:
    """Return the nodes of one panel as fractions of its width, and their weights."""
    nodes, weights = np.polynomial.legendre.leggauss(count)
    return (nodes + 1.0) / 2.0, weights / 2.0


def breaks(reach: float, kinks: tuple[float, ...]) -> Array:
    """Return the panel boundaries in z: 0, every power of two up to ``reach`` on both sides, and the kinks."""
    last = math.ceil(math.log2(max(reach, 1.0)))
    powers = [2.0**power for power in range(last + 1)]
    return np.array(sorted({0.0, *powers, *(-power for power in powers), *kinks}))


def nodes_for(
    mean: Array, variance: Array, kinks: tuple[float, ...], count: int = NODES
) -> tuple[Array, Array]:
    """Return nodes z and weights: sum(weights f(z)) along the last axis is E f(z) for z ~ N(mean, variance).

    ``mean`` and ``variance`` have one axis; variances are above 0; each panel has ``count`` nodes. The range
    is cut where the function may have features, which are near 0 and of size 1, and where the Gaussian has.
    Each panel has both coordinates, z and u = (z - mean) / std, so that neither loses its digits in the other.
    """
    mean, std = mean[:, None], np.sqrt(variance)[:, None]
    cuts = breaks(float((np.abs(mean) + WIDE * std).max()), kinks)
    own = np.linspace(-WIDE, WIDE, round(2.0 * WIDE / PANEL) + 1)
    u = np.concatenate([np.broadcast_to(own, (mean.size, own.size)), (cuts - mean) / std], axis=1)
    z = np.concatenate([mean + std * own, np.broadcast_to(cuts, (mean.size, cuts.size))], axis=1)
    order = np.argsort(u, axis=1, kind="stable")
    u, z = np.take_along_axis(u, order, 1), np.take_along_axis(z, order, 1)
    inside = (u[:, :-1] >= -WIDE) & (u[:, 1:] <= WIDE)
    node, weight = legendre(count)
    width = np.where(inside, np.diff(u, axis=1), 0.0)
    at = np.where(inside, u[:, :-1], 0.0)[..., None] + width[..., None] * node
    weights = np.exp(-0.5 * at * at) * width[..., None] * (weight / math.sqrt(2.0 * math.pi))
    nodes = np.where(inside, z[:, :-1], mean)[..., None] + (width * std)[..., None] * node
    return nodes.reshape(mean.size, -1), weights.reshape(mean.size, -1)

"""The law of a parameter's values: its distribution function and its moments.

No code of the drawing is used: normals go through erfc and all other laws through closed forms, so a
mistake in the drawing's tables cannot hide itself.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from winitgen.drawing.density import Density
from winitgen.drawing.distributions.distribution import Distribution
from winitgen.drawing.distributions.integers import Integers
from winitgen.drawing.distributions.interval_normal import IntervalNormal
from winitgen.drawing.distributions.truncated_normal import TruncatedNormal
from winitgen.drawing.whole.log_uniform import LogOfUniform
from winitgen.drawing.whole.repeated import Repeated
from winitgen.drawing.whole.time_steps import TimeSteps
from winitgen.numeric.arrays import Array

_PANELS, _ORDER = 128, 16
_NEGLIGIBLE = 45.0
"""The density is ignored where it is below its maximum times e to the power of minus this."""

FEW_NUMBERS = 1 << 16
"""So many whole numbers are told apart; more of them have the moments of a uniform law."""


_BETWEEN = (
    (TimeSteps, "time_steps", "low", "high"),
    (Integers, "integers", "low", "last"),
    (LogOfUniform, "log_uniform", "first", "last"),
)
"""Distributions of a standard law between two ends, with the name of the law and of the ends."""


@dataclass(frozen=True)
class Law:
    """A law of independent values: ``centre`` + ``scale`` y, with y from a standard law on [``low``, ``high``].

    ::

        normal            y ~ N(0, 1)
        uniform           y uniform on [-1, 1]
        truncated_normal  y ~ N(0, 1), cut to [low, high]
        time_steps        log(softplus(y)) uniform on [low, high]
        log_uniform       e^y uniform on [e^low, e^high]
        integers          y a whole number from low to high, all equally likely
    """

    kind: str
    centre: float = 0.0
    scale: float = 1.0
    low: float = -math.inf
    high: float = math.inf

    @property
    def mean(self) -> float:
        """The mean of the values."""
        return self.centre + self.scale * _moments(self.kind, self.low, self.high)[0]

    @property
    def std(self) -> float:
        """The standard deviation of the values."""
        return self.scale * _moments(self.kind, self.low, self.high)[1]

    @property
    def bounds(self) -> tuple[float, float]:
        """The smallest and the largest value, possibly infinite."""
        low, high = self.low, self.high
        if self.kind == "time_steps":
            low, high = (math.log(math.expm1(math.exp(end))) for end in (low, high))
        return self.centre + self.scale * low, self.centre + self.scale * high

    def cdf(self, values: Array) -> Array:
        """Return the probability of a value at or below each of ``values``."""
        return _cdf(self.kind, (values - self.centre) / self.scale, self.low, self.high)

    def beyond(self, distance: float) -> float:
        """Return the probability that a normal value is at least ``distance`` from its mean, on either side."""
        return math.erfc(max(distance, 0.0) / self.scale / math.sqrt(2))

    def nodes(self) -> tuple[Array, Array]:
        """Return standardised values, shape (panels, points), and their weights, which sum to 1."""
        return _standardised(self.kind, self.low, self.high)


def law_of(distribution: Distribution) -> Law | None:
    """Return the law of a distribution of independent values, or None for any other.

    >>> from winitgen.drawing.distributions.uniform import Uniform
    >>> law_of(Uniform(-0.5, 0.5))
    Law(kind='uniform', centre=0.0, scale=0.5, low=-1.0, high=1.0)
    """
    for kind, name, first, last in _BETWEEN:
        if isinstance(distribution, kind):
            return Law(name, low=float(getattr(distribution, first)), high=float(getattr(distribution, last)))
    density = distribution.density()
    if density is None or isinstance(distribution, Repeated):
        return None
    if density["kind"] == "uniform":
        low, high = density["low"], density["high"]
        return Law("uniform", low / 2 + high / 2, high / 2 - low / 2, -1.0, 1.0)
    mean, std = density["mean"], density["std"]
    if density["kind"] == "normal":
        return Law("normal", mean, std)
    return Law("truncated_normal", mean, std, *_cut(distribution, density))


def _cut(distribution: Distribution, density: Density) -> tuple[float, float]:
    """Return where a normal is cut, in standard deviations; exactly, however far its mean is from 0."""
    if isinstance(distribution, TruncatedNormal):
        return -distribution.bound, distribution.bound
    if isinstance(distribution, IntervalNormal):
        return distribution.low, distribution.high
    mean, std = density["mean"], density["std"]
    return (density["low"] - mean) / std, (density["high"] - mean) / std


def _cdf(kind: str, y: Array, low: float, high: float) -> Array:
    """Return the distribution function of the standard law."""
    if kind in ("uniform", "integers"):
        share = (y + 1.0) / 2.0 if kind == "uniform" else (np.floor(y) - low + 1.0) / (high - low + 1.0)
        return np.asarray(np.clip(share, 0.0, 1.0))
    if kind == "log_uniform":
        bottom, top = math.exp(low), math.exp(high)
        return np.asarray((np.exp(np.clip(y, low, high)) - bottom) / (top - bottom))
    if kind == "time_steps":
        steps = np.log(np.log1p(np.exp(np.clip(y, -700.0, 700.0))))
        return np.asarray(np.clip((steps - low) / (high - low), 0.0, 1.0))
    if kind == "normal":
        return _lower_tail(y)
    if low + high > 0:  # reflected, so that only lower tails are used, which do not cancel
        return 1.0 - _cdf(kind, -y, -high, -low)
    begin, end = _lower_tail(np.array([low, high]))
    return np.asarray((_lower_tail(np.clip(y, low, high)) - begin) / (end - begin))


def _lower_tail(y: Array) -> Array:
    """Return the normal distribution function, with math.erfc for each value, because NumPy has none."""
    flat = (y * -math.sqrt(0.5)).reshape(-1).tolist()
    return np.array([math.erfc(value) for value in flat]).reshape(y.shape) / 2


@lru_cache(maxsize=64)
def _moments(kind: str, low: float, high: float) -> tuple[float, float]:
    """Return mean and standard deviation of the standard law."""
    if kind == "normal":
        return 0.0, 1.0
    if kind == "uniform":
        return 0.0, 1.0 / math.sqrt(3.0)
    if kind == "integers":
        return low / 2 + high / 2, math.sqrt((high - low) / 12 * (high - low + 2))
    y, weights = _quadrature(kind, low, high)
    mean = float((weights * y).sum())
    return mean, math.sqrt(float((weights * (y - mean) ** 2).sum()))


@lru_cache(maxsize=64)
def _standardised(kind: str, low: float, high: float) -> tuple[Array, Array]:
    mean, std = _moments(kind, low, high)
    if kind == "integers":
        return _whole_numbers(high - low + 1)
    y, weights = _quadrature(kind, low, high)
    return (y - mean) / std, weights


def _whole_numbers(count: float) -> tuple[Array, Array]:
    """Return ``count`` whole numbers in a row, standardised, and their weights; those of a uniform law if they are many."""
    std = math.sqrt((count * count - 1) / 12)
    if count <= FEW_NUMBERS:
        numbers = np.arange(count) - (count - 1) / 2
        return (numbers / std)[:, np.newaxis], np.full((len(numbers), 1), 1 / count)
    y, weights = _quadrature("uniform", -1.0, 1.0)
    return y * (count / 2 / std), weights


def _quadrature(kind: str, low: float, high: float) -> tuple[Array, Array]:
    """Return values of the standard law and their weights, by Gauss-Legendre quadrature in panels of equal width."""
    begin, end = _ends(kind, low, high)
    points, weights = np.polynomial.legendre.leggauss(_ORDER)
    edges = np.linspace(begin, end, _PANELS + 1)
    half = (edges[1:] - edges[:-1])[:, np.newaxis] / 2
    y = (edges[1:] + edges[:-1])[:, np.newaxis] / 2 + half * points
    weight = half * weights
    if kind in ("normal", "truncated_normal"):
        nearest = min(max(0.0, low), high)
        weight = weight * np.exp((nearest - y) * (nearest + y) / 2)
    elif kind == "log_uniform":
        weight = weight * np.exp(y - high)
    elif kind == "time_steps":
        y = np.log(np.expm1(np.exp(y)))
    return y, weight / weight.sum()


def _ends(kind: str, low: float, high: float) -> tuple[float, float]:
    """Return the interval outside which the density is negligible."""
    if kind not in ("normal", "truncated_normal"):
        return low if kind != "uniform" else -1.0, high if kind != "uniform" else 1.0
    reach = math.sqrt(min(max(0.0, low), high) ** 2 + 2 * _NEGLIGIBLE)
    return max(low, -reach), min(high, reach)

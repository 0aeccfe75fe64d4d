"""Bounds on the probability of a test statistic that hold for any number of values.

No asymptotic law is used, so a small bias vector raises no more false alarms than a large kernel.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from winitgen.numeric.arrays import Array

_STEPS = 20
_PLAIN = 3.0
"""Standard errors below which the first bound is good enough."""

_WIDEST = 8.0
"""Largest change of the exponent over a quadrature panel at which the sums are still exact."""


class Draw(NamedTuple):
    """The distribution of one draw: its ``expected`` value, the values less that, and their weights.

    ``centred`` and ``weights`` have the shape (panels, points); ``limit`` is the largest tilt at which the sums are exact.
    """

    expected: float
    centred: Array
    weights: Array
    variance: float
    limit: float

    @staticmethod
    def of(values: Array, weights: Array) -> Draw:
        """Return the distribution of values with weights that sum to 1."""
        expected = float((weights * values).sum())
        centred = values - expected
        variance = float((weights * centred**2).sum())
        widest = float(np.abs(centred[:, -1] - centred[:, 0]).max())
        limit = _WIDEST / widest if widest else math.inf
        largest = float(np.abs(centred).max())
        return Draw(expected, centred, weights, variance, min(limit, 600.0 / largest) if largest else limit)


def chernoff(draw: Draw, mean: float, count: int) -> float:
    """Return a bound on the probability that ``count`` draws average at least as far from the expectation as ``mean``.

    Chernoff: the probability on one side is at most exp(-n (t s - K(t))) for every t, with K the logarithm of
    E exp(t x); twice that covers both.
    """
    expected, centred, weights, variance, limit = draw
    if variance <= 0.0:
        return 1.0
    offset = mean - expected
    side = math.copysign(1.0, offset)
    near, far = 0.0, limit  # the best tilt lies between them; any tilt gives a valid bound
    tilt, best = min(abs(offset) / variance, limit), 0.0
    for _ in range(_STEPS):
        grown = weights * np.exp(side * tilt * centred)
        total = float(grown.sum())
        best = max(best, count * (side * tilt * offset - math.log(total)))
        if best > 800.0 or abs(offset) < _PLAIN * math.sqrt(variance / count):
            break
        first = side * float((grown * centred).sum()) / total
        second = float((grown * centred**2).sum()) / total - first**2
        near, far = (tilt, far) if first < abs(offset) else (near, tilt)
        step = tilt + (abs(offset) - first) / second if second > 0.0 else far
        tilt = step if near < step < far else (near + far) / 2
    return min(1.0, 2.0 * math.exp(-min(best, 745.0)))


def bennett(offset: float, variance: float, largest: float, count: int) -> float:
    """Return a bound on the probability that ``count`` draws average at least ``offset`` from the expectation.

    Each has this variance at most, and is at most ``largest`` from its expectation. Bennett 1962: on one side
    it is exp(-n v / b^2 h(b t / v)), with h(u) = (1 + u) log(1 + u) - u; twice that covers both.
    """
    if variance <= 0.0 or offset <= 0.0:
        return 1.0
    u = largest * offset / variance
    growth = (1.0 + u) * math.log1p(u) - u if u > 1e-4 else u * u * (0.5 - u / 6.0)
    exponent = count * variance / largest**2 * growth
    return min(1.0, 2.0 * math.exp(-min(exponent, 745.0)))


def kolmogorov(distance: float, count: int) -> float:
    """Return a bound on the probability that the distribution function of a sample is off by ``distance`` anywhere.

    Dvoretzky, Kiefer & Wolfowitz 1956, with Massart's constant (1990): 2 exp(-2 n D^2), for every n and
    for rounded values too, and hardly above Kolmogorov's law at the relevant values.
    """
    return min(1.0, 2.0 * math.exp(-min(2.0 * count * distance * distance, 745.0)))


def relative_entropy(total: float, cells: int) -> float:
    """Return a bound on the probability that the frequencies of ``cells`` values are that far from their chances.

    ``total`` is n KL, the number of draws times the relative entropy of the frequencies to the chances. Agrawal 2020: its
    moments are at most those of a gamma law of the shape k - 1 for k cells, so that the chance of a larger one is at
    most exp(-t) (e t / (k - 1))^(k - 1), for t above k - 1.
    """
    shape = cells - 1
    if total <= shape or not shape:
        return 1.0
    return math.exp(max(shape - total + shape * math.log(total / shape), -745.0))


def frequency(seen: Array, shares: Array, count: int) -> Array:
    """Return for each event a bound on the probability of a frequency at least that far from its probability.

    ``seen`` of ``count`` draws are the event of the probability ``shares``. Chernoff: exp(-n KL(seen / n, share)) on one
    side, and twice that covers both.
    """
    total = np.zeros(seen.size)
    for part, share in ((seen, shares), (count - seen, 1.0 - shares)):
        some = part > 0
        total[some] += part[some] * np.log(part[some] / (count * share[some]))
    return np.asarray(np.minimum(1.0, 2.0 * np.exp(-np.clip(total, 0.0, 745.0))))


def spherical_cap(share: float, size: int, times: int = 1) -> float:
    """Return a bound on the probability that one of ``times`` elements of unit vectors exceeds ``share``.

    An element of a uniformly random unit vector in ``size`` = n dimensions is beyond +-t with
    a probability of at most (1 - t^2)^((n - 1) / 2), with equality at t = 0 and t = 1.
    """
    rest = max(0.0, 1.0 - share * share)
    return min(1.0, times * math.pow(rest, (size - 1) / 2))


def binomial_tail(share: float, count: int, seen: int) -> float:
    """Return a bound on the probability that at least ``seen`` of ``count`` events happen, each with probability ``share``.

    It is at most (e n p / k)^k, for k above n p.
    """
    hoped = count * share
    if seen <= hoped or seen == 0:
        return 1.0
    return min(1.0, math.exp(max(seen * (1.0 + math.log(hoped / seen)), -745.0))) if hoped > 0.0 else 0.0


def rejections(chances: list[float], level: float) -> list[bool]:
    """Return which tests reject, so that the chance of any false rejection is at most ``level`` (Holm 1979)."""
    rejected = [False] * len(chances)
    for done, index in enumerate(sorted(range(len(chances)), key=chances.__getitem__)):
        if chances[index] > level / (len(chances) - done):
            break
        rejected[index] = True
    return rejected

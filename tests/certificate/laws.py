"""The expected distributions, from SciPy's special functions, without code from winitgen."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy import integrate, special, stats

FAR = 8.5
"""Standard deviations beyond which there are no cells; 2e-17 of a normal lies there."""


class Law(NamedTuple):
    """A continuous distribution: P(X < x) and P(X > x) of arrays, and the interval that holds nearly all of it."""

    below: Callable[[np.ndarray], np.ndarray]
    above: Callable[[np.ndarray], np.ndarray]
    low: float
    high: float


def normal(std: float, mean: float = 0.0) -> Law:
    """Return the normal distribution."""
    return Law(
        lambda x: special.ndtr((x - mean) / std),
        lambda x: special.ndtr((mean - x) / std),
        mean - FAR * std,
        mean + FAR * std,
    )


def uniform(low: float, high: float) -> Law:
    """Return the uniform distribution between two ends."""
    return Law(
        lambda x: np.clip((x - low) / (high - low), 0, 1),
        lambda x: np.clip((high - x) / (high - low), 0, 1),
        low,
        high,
    )


def truncated(low: float, high: float, std: float, mean: float = 0.0) -> Law:
    """Return the normal of this mean and sigma, cut at these numbers of sigmas below and above its mean."""
    inside = special.ndtr(high) - special.ndtr(low)
    return Law(
        lambda x: np.clip((special.ndtr((x - mean) / std) - special.ndtr(low)) / inside, 0, 1),
        lambda x: np.clip((special.ndtr((mean - x) / std) - special.ndtr(-high)) / inside, 0, 1),
        mean + max(low, -FAR) * std,
        mean + min(high, FAR) * std,
    )


def corrected(low: float, high: float, std: float, mean: float = 0.0) -> Law:
    """Return the same where ``std`` is the standard deviation after the cut."""
    return truncated(low, high, std / float(stats.truncnorm(low, high).std()), mean)


def time_steps(low: float, high: float) -> Law:
    """Return the distribution of y where the logarithm of softplus(y) is uniform from log low to log high."""
    logs = uniform(math.log(low), math.log(high))

    def log_softplus(y: np.ndarray) -> np.ndarray:
        with np.errstate(divide="ignore"):  # the logarithm of 0, at minus infinity
            return np.log(np.logaddexp(0, y))

    ends = [math.log(math.expm1(end)) for end in (low, high)]
    return Law(lambda y: logs.below(log_softplus(y)), lambda y: logs.above(log_softplus(y)), *ends)


def gelu_gain() -> float:
    """Return 1 / sqrt(E[gelu(z)^2]) of a standard normal z, by quadrature."""
    square = integrate.quad(
        lambda z: (z * special.ndtr(z)) ** 2 * math.exp(-z * z / 2) / math.sqrt(2 * math.pi),
        -40,
        40,
        epsabs=1e-14,
        limit=200,
    )[0]
    return 1 / math.sqrt(square)

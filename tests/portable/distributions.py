"""Distributions drawn element by element with only the drawing core: NumPy, a cipher, and mpmath once."""

from __future__ import annotations

import math
from typing import Any

from winitgen.drawing import keystream, truncation
from winitgen.drawing.distributions.constant import Constant
from winitgen.drawing.distributions.distribution import Distribution, Precision
from winitgen.drawing.distributions.integers import Integers
from winitgen.drawing.distributions.interval_normal import IntervalNormal
from winitgen.drawing.distributions.normal import Normal
from winitgen.drawing.distributions.truncated_normal import TruncatedNormal
from winitgen.drawing.distributions.uniform import Uniform

KEY = keystream.key(20, "tests/kernel")
MANY = 1 << 40


def cut(k: float, std: float = 1.0, mean: float = 0.0) -> TruncatedNormal:
    """Return the normal cut to +-k."""
    return TruncatedNormal(std, k, *truncation.tails(k), mean)


def between(low: float, high: float, std: float = 1.0, mean: float = 0.0) -> IntervalNormal:
    """Return the normal cut to an interval."""
    interval = truncation.interval(low, high)
    return IntervalNormal(std, low, high, interval.lower, interval.upper, mean)


DISTRIBUTIONS: dict[str, Distribution] = {
    "constant": Constant(0.01),
    "normal": Normal(0.02),
    "shifted normal": Normal(0.7, -3.1),
    "uniform": Uniform(-0.3, 0.3),
    "uneven uniform": Uniform(0.1, 0.7),
    "cut at 0.1": cut(0.1),
    "cut at 1": cut(1.0, 0.5),
    "cut at 2": cut(2.0, 0.02),
    "cut at 3": cut(3.0, 2.0, mean=1.5),
    "cut at 6.39": cut(6.39),
    "interval": between(-1.0, 3.0, 0.3, 0.25),
    "interval above": between(2.0, 4.0),
    "interval below": between(-4.0, -1.5, 0.1),
    "half-open interval": between(-0.5, math.inf, 0.1),
    "integers": Integers(-3, 5),
    "integers of 32 bits": Integers(-(2**31), 2**31),
    "integers of 54 bits": Integers(1 - 2**53, 2**53),
}


def draw(distribution: Distribution, precision: Precision, start: int, count: int, total: int = MANY) -> Any:
    """Return a copy of some elements."""
    from winitgen.numeric.scratch import Workspace

    return distribution.sampler(precision, total)(KEY, start, count, Workspace()).copy()

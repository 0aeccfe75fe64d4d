"""Constants of the standard normal truncated to an interval.

They need erfc and exp, whose last bits differ between builds, so each number is evaluated with 50 decimal
digits and rounded to float64 once. mpmath is imported only for a bound that is not recorded here.
"""

from __future__ import annotations

from functools import cache
from math import isinf
from typing import Any, NamedTuple

from winitgen.numeric.digits import digits

_DIGITS = 50

# The most common bound needs no import: p, q and tau of k = 2.
_TAILS = {2.0: (0.9544997361036416, 97711072.69711447)}
_TAU = {2.0: 0.8796256610342398}


class Interval(NamedTuple):
    """The standard normal between two bounds.

    ``lower`` is Phi(low) and ``upper`` 1 - Phi(high), the probabilities that are cut away; ``std`` and
    ``mean`` are those of the truncated distribution.
    """

    lower: float
    upper: float
    std: float
    mean: float


@cache
def tails(k: float) -> tuple[float, float]:
    """Return p = 1 - c and q = 2^31 c, where c = erfc(k/sqrt 2) is the probability cut away at +-k (k > 0).

    >>> tails(2.0)
    (0.9544997361036416, 97711072.69711447)
    """
    if k in _TAILS:
        return _TAILS[k]
    with digits(_DIGITS) as mp:
        cut = mp.erfc(k / mp.sqrt(2))
        return float(1 - cut), float(cut * 2**31)


@cache
def tau(k: float) -> float:
    """Return the standard deviation of N(0, 1) cut to +-k: sqrt(1 - 2 k phi(k) / (2 Phi(k) - 1)).

    >>> tau(2.0)
    0.8796256610342398
    """
    if k in _TAU:
        return _TAU[k]
    with digits(_DIGITS) as mp:
        inside = mp.erf(k / mp.sqrt(2))
        return float(mp.sqrt(1 - 2 * k * mp.npdf(k) / inside))


@cache
def interval(low: float, high: float) -> Interval:
    """Return the constants of N(0, 1) cut to [low, high], low < high, either of which may be infinite.

    With Z = Phi(high) - Phi(low), the mean is (phi(low) - phi(high))/Z and the variance
    1 + (low phi(low) - high phi(high))/Z - mean^2 (Johnson, Kotz & Balakrishnan 1994, 10.1).
    """
    with digits(_DIGITS) as mp:
        below, above = _upper_tail(mp, -low), _upper_tail(mp, high)
        inside = _upper_tail(mp, low) - above if low > 0 else _upper_tail(mp, -high) - below
        mean = (mp.npdf(low) - mp.npdf(high)) / inside
        variance = 1 + (_first_moment(mp, low) - _first_moment(mp, high)) / inside - mean**2
        return Interval(float(below), float(above), float(mp.sqrt(variance)), float(mean))


def _upper_tail(mp: Any, x: float) -> Any:
    return mp.erfc(x / mp.sqrt(2)) / 2


def _first_moment(mp: Any, x: float) -> Any:
    """Return x phi(x), which is 0 at either infinity."""
    return 0 if isinf(x) else x * mp.npdf(x)

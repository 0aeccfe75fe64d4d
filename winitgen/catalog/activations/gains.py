"""Gains: the factors on a standard deviation that make up for the effect of an activation on the signal.

For z ~ N(0, 1) and an activation f there are three rules, with their sources::

    forward     1 / sqrt(E f(z)^2)     keeps the second moment, forward (He et al. 2015, section 2.2)
    variance    1 / sqrt(Var f(z))     keeps the variance, for weights of mean 0 (Brock et al. 2021, NFNets)
    backward    1 / sqrt(E f'(z)^2)    keeps the gradient, at unit variance (Schoenholz et al. 2017)
"""

from __future__ import annotations

import math
from typing import NamedTuple

from winitgen.numeric.digits import digits


class Gains(NamedTuple):
    """One activation's gain by each rule."""

    forward: float
    variance: float
    backward: float


# Rounded from 50 digits: E[z; z > 0], and with g = e^z - 1: E[g; z < 0], E[g^2; z < 0], E[e^2z; z < 0].
_HALF_MEAN = 0.3989422804014327
_ELU_MEAN = -0.23842170813487662
_ELU_SQUARE = 0.14494541749292386
_EXP_SQUARE = 0.1681020012231706


def leaky(slope: float) -> Gains:
    """Return the gains of max(x, 0) + slope min(x, 0); forward is eq. 15 of He et al. 2015.

    >>> leaky(0.25)
    Gains(forward=1.3719886811400708, variance=1.504609643215645, backward=1.3719886811400708)
    """
    square = 1.0 + slope * slope
    mean = (1.0 - slope) * _HALF_MEAN
    both = math.sqrt(2.0 / square)
    return Gains(both, 1.0 / math.sqrt(square / 2.0 - mean * mean), both)


def elu(alpha: float) -> Gains:
    """Return the gains of x if x > 0 else alpha (e^x - 1)."""
    square = 0.5 + alpha * alpha * _ELU_SQUARE
    mean = _HALF_MEAN + alpha * _ELU_MEAN
    slope = 0.5 + alpha * alpha * _EXP_SQUARE
    return Gains(1.0 / math.sqrt(square), 1.0 / math.sqrt(square - mean * mean), 1.0 / math.sqrt(slope))


def sin(omega: float) -> Gains:
    """Return the gains of the sine of omega x: E f^2 = (1 - e) / 2 and E f'^2 = omega^2 (1 + e) / 2.

    Here e = exp(-2 omega^2); evaluated at 50 digits.
    """
    with digits(50) as mp:
        square = mp.mpf(omega) ** 2
        decay = mp.exp(-2 * square)
        forward = float(mp.sqrt(2 / (1 - decay)))
        return Gains(forward, forward, float(mp.sqrt(2 / (square * (1 + decay)))))

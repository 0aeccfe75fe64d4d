"""The logarithm, the exponential and the sine of arrays, by arithmetic that is the same on every machine.

NumPy's own differ in their last bits between builds and processors. These are accurate to about one unit
in the last place of float64: they use a reduction by powers of two, which is exact, and a series.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from winitgen.numeric.stopping import go_on

if TYPE_CHECKING:
    from winitgen.numeric.arrays import Array

_LN2_HIGH = float.fromhex("0x1.62e42fee00000p-1")  # 32 bits, so that its product with an exponent is exact
_LN2_LOW = float.fromhex("0x1.a39ef35793c76p-33")
_PER_LN2 = float.fromhex("0x1.71547652b82fep+0")
_SQRT_HALF = float.fromhex("0x1.6a09e667f3bcdp-1")

_ATANH = tuple(1.0 / (2 * n + 1) for n in range(13))
_EXP = tuple(1.0 / math.factorial(n) for n in range(15))
_SIN = tuple((-1) ** n / math.factorial(2 * n + 1) for n in range(9))
_COS = tuple((-1) ** n / math.factorial(2 * n) for n in range(10))
_TURN = float.fromhex("0x1.921fb54442d18p+2")  # 2 pi
# log(sinh(x/2) / (x/2)) = x^2/24 - x^4/2880 + ..., from the Bernoulli numbers B_2n / (2n (2n)!).
_BERNOULLI = ((1, 6), (-1, 30), (1, 42), (-1, 30), (5, 66), (-691, 2730), (7, 6), (-3617, 510), (43867, 798))
_SINHC = tuple(
    top / (bottom * 2 * n * math.factorial(2 * n)) for n, (top, bottom) in enumerate(_BERNOULLI, 1)
)


def log(values: Array) -> Array:
    """Return the natural logarithms of numbers above 0, in float64.

    With x = m 2^e and m in [sqrt 1/2, sqrt 2), log x = e log 2 + 2 atanh((m - 1)/(m + 1)).
    """
    mantissas, exponents = np.frexp(values)
    below = mantissas < _SQRT_HALF
    mantissas = np.where(below, mantissas * 2.0, mantissas)
    steps = (exponents - below).astype(np.float64)
    ratios = (mantissas - 1.0) / (mantissas + 1.0)
    squares = ratios * ratios
    series = _polynomial(_ATANH, squares) * ratios
    series = series + series
    rest = steps * _LN2_LOW
    rest = rest + series
    whole = steps * _LN2_HIGH
    return np.asarray(whole + rest)


def exp(values: Array) -> Array:
    """Return e to the power of numbers between -700 and 700, in float64.

    With x = k log 2 + r and |r| <= (log 2)/2, the result is 2^k times the series of e^r.
    """
    steps = np.rint(values * _PER_LN2)
    high, low = steps * _LN2_HIGH, steps * _LN2_LOW
    rest = values - high
    rest = rest - low
    return np.asarray(np.ldexp(_polynomial(_EXP, rest), steps.astype(np.int32)))


def sine_of_turns(turns: Array) -> Array:
    """Return sin(2 pi t) for numbers t, in float64; the error is below 2^-52 in all.

    t is k / 4 + r with |r| <= 1/8, which is exact. Then the result is the series of the sine or of the
    cosine of 2 pi r, or its negative.
    """
    rest = turns - np.rint(turns)
    quarters = np.rint(rest * 4.0)
    rest = rest - quarters * 0.25
    angles = rest * _TURN
    squares = angles * angles
    sines = _polynomial(_SIN, squares) * angles
    values = np.where(np.abs(quarters) == 1.0, _polynomial(_COS, squares), sines)
    flipped = (quarters == -1.0) | (np.abs(quarters) == 2.0)
    return np.asarray(np.where(flipped, -values, values) + 0.0)  # turns -0 into 0


def inverse_softplus_of_exp(values: Array) -> Array:
    """Return the x with log(1 + e^x) = e^y, for y up to 0, in float64.

    x = log(e^t - 1) with t = e^y, which is y + t/2 + log(sinh(t/2) / (t/2)): nothing cancels.
    """
    steps = exp(values)
    squares = steps * steps
    tail = _polynomial(_SINHC, squares) * squares
    half = steps * 0.5
    tail = tail + half
    return np.asarray(values + tail)


def _polynomial(coefficients: tuple[float, ...], x: Array) -> Array:
    """Return the sum of coefficient n times x^n, by Horner's rule; its two NumPy calls are never fused."""
    total = np.full_like(x, coefficients[-1])
    for coefficient in coefficients[-2::-1]:
        go_on()
        np.multiply(total, x, out=total)
        np.add(total, coefficient, out=total)
    return total

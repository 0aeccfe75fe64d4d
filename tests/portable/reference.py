"""A second implementation of the drawing: integers, float64 and mpmath, one element after the other.

No NumPy, no shipped table, no counter mode and no constant from winitgen: only the rules of stream 1.
float64 products of float32 numbers are exact, and their sums, rounded twice, round as if once.
"""

from __future__ import annotations

import hashlib
import math
import struct
from functools import cache

import mpmath
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from winitgen.drawing.distributions.constant import Constant
from winitgen.drawing.distributions.distribution import Distribution
from winitgen.drawing.distributions.integers import Integers
from winitgen.drawing.distributions.interval_normal import IntervalNormal
from winitgen.drawing.distributions.normal import Normal
from winitgen.drawing.distributions.truncated_normal import TruncatedNormal
from winitgen.drawing.distributions.uniform import Uniform

WHOLE = 2.0**32

# Exponent bits, mantissa bits, exponent bias, and whether -0 is missing (OCP MX 1.0; Noune et al. 2022).
SMALL_FORMATS = {
    "bfloat16": (8, 7, 127, False),
    "float8_e4m3fn": (4, 3, 7, False),
    "float8_e5m2": (5, 2, 15, False),
    "float8_e4m3fnuz": (4, 3, 8, True),
    "float8_e5m2fnuz": (5, 2, 16, True),
}
LETTERS = {"float64": "d", "float32": "f", "float16": "e"}


def key(seed: int, parameter_id: str, *purpose: str) -> bytes:
    """Return the key of a parameter's key stream."""
    return hashlib.sha256("\n".join(("winitgen/1", str(seed), parameter_id, *purpose)).encode()).digest()[:16]


def word(key: bytes, size: int, element: int) -> bytes:
    """Return an element's word, from only its own block of AES."""
    block, offset = divmod(size * element, 16)
    cipher = Cipher(algorithms.AES(key), modes.ECB())  # noqa: S305 - a counter block by itself
    return cipher.encryptor().update(block.to_bytes(16, "big"))[offset : offset + size]


def narrow(number: float) -> float:
    """Round to float32."""
    rounded: float = struct.unpack("<f", struct.pack("<f", number))[0]
    return rounded


ROUND = {"float32": narrow, "float64": float}


def rank(key: bytes, precision: str, element: int) -> float:
    """Return an element's rank."""
    size = 4 if precision == "float32" else 8
    number = int.from_bytes(word(key, size, element), "little", signed=True)
    return narrow(number) if size == 4 else float(number) / WHOLE


def line(rank: float) -> tuple[float, float]:
    """Return A and B of a rank's segment."""
    mantissa, exponent = math.frexp(abs(narrow(rank)))
    if mantissa == 0.5 and exponent == 32:
        mantissa, exponent = math.nextafter(1, 0), 31
    intercept, slope = _line(math.floor(mantissa * 1024), exponent - 10)
    return math.copysign(intercept, rank), slope


@cache
def _line(start: int, exponent: int) -> tuple[float, float]:
    """Return A and B between two ranks: the line with the mean and the variance of the normal there."""
    with mpmath.workdps(40):
        width = mpmath.mpf(2) ** exponent
        low = start * width
        far, near = (mpmath.sqrt(2) * mpmath.erfinv(1 - f / 2**31) for f in (low, low + width))
        mean = 2**32 * (mpmath.npdf(near) - mpmath.npdf(far)) / width
        square = 1 + 2**32 * (near * mpmath.npdf(near) - far * mpmath.npdf(far)) / width
        slope = -mpmath.sqrt(12 * (square - mean**2)) / width
        return float(mean - slope * (low + width / 2)), float(slope)


def quantile(rank: float, std: float, precision: str) -> float:
    """Return std times the quantile of a rank."""
    to = ROUND[precision]
    intercept, slope = (to(std * number) for number in line(rank))
    return to(intercept + to(slope * rank))


@cache
def spread(low: float, high: float) -> float:
    """Return the standard deviation of N(0, 1) between two bounds, by numerical integration."""
    with mpmath.workdps(60):
        inside, mean, square = (
            mpmath.quad(lambda z, n=n: z**n * mpmath.npdf(z), mpmath.linspace(low, high, 9))
            for n in (0, 1, 2)
        )
        return float(mpmath.sqrt(square / inside - (mean / inside) ** 2))


@cache
def tails(bound: float) -> tuple[float, float]:
    """Return p and q of a cut at +-bound."""
    with mpmath.workdps(60):
        outside = 2 * mpmath.ncdf(-bound)
        return float(1 - outside), float(outside * 2**31)


def interval_rank(rank: float, low: float, high: float) -> float:
    """Return an interval's rank, counted in exact steps from the top or from the bottom."""
    lower, upper = _outside(low, high)
    inside = (1 - upper) - lower if high <= 0 else (1 - lower) - upper
    from_top = low >= 0 or (rank >= 0 and high > 0)
    if from_top:
        rank = inside * (rank if rank >= 0 else rank + WHOLE) + upper * WHOLE
        return rank - WHOLE if rank > WHOLE / 2 else rank
    rank = inside * (rank if rank < 0 else rank - WHOLE) - lower * WHOLE
    return rank + WHOLE if rank < -WHOLE / 2 else rank


@cache
def _outside(low: float, high: float) -> tuple[float, float]:
    with mpmath.workdps(60):
        return float(mpmath.ncdf(low)), float(mpmath.ncdf(-high))


def _without_rank(distribution: Constant | Integers, key: bytes, element: int) -> float:
    """Return an element of a law that reads no rank: a constant, or a whole number from a word of 64 bits."""
    if isinstance(distribution, Constant):
        return distribution.value
    words = int.from_bytes(word(key, 8, element), "little")
    return distribution.low + (words * (distribution.high - distribution.low) >> 64)


def value(distribution: Distribution, precision: str, key: bytes, element: int) -> float:
    """Return one element, in the drawing precision."""
    to = ROUND[precision]
    if isinstance(distribution, Constant | Integers):
        return to(_without_rank(distribution, key, element))
    f = rank(key, precision, element)
    match distribution:
        case Uniform(low, high) if low == -high:
            return to(f * to(high / 2**31))
        case Uniform(low, high):
            number = to(to(f * to((high - low) / 2 / 2**31)) + to((high + low) / 2))
            return min(max(number, to(low)), to(high))
        case Normal(std, mean):
            return to(quantile(f, std, precision) + to(mean))
        case TruncatedNormal(std, bound, mean=mean):
            p, q = map(to, tails(bound))
            f = to(to(f * p) + math.copysign(q, f))
            limit = to(bound * std)
            return to(min(max(quantile(f, std, precision), -limit), limit) + to(mean))
        case IntervalNormal(std, low, high, mean=mean):
            number = to(quantile(interval_rank(f, low, high), 1.0, "float64") * std + mean)
            return min(max(number, to(mean + low * std)), to(mean + high * std))
    raise NotImplementedError(distribution)


def stored(number: float, dtype: str) -> bytes:
    """Return the bytes of a number of the drawing precision, rounded once to nearest even."""
    if dtype in LETTERS:
        return struct.pack("<" + LETTERS[dtype], number)
    exponent_bits, mantissa_bits, _bias, no_minus_zero = SMALL_FORMATS[dtype]
    size = (1 + exponent_bits + mantissa_bits) // 8
    code = _code(abs(number), dtype)
    minus = math.copysign(1.0, number) < 0 and not (no_minus_zero and code == 0)
    return (code + (minus << (8 * size - 1))).to_bytes(size, "little")


@cache
def _code(size: float, dtype: str) -> int:
    """Return the bits of the nearest non-negative number, counted in steps of its octave."""
    _, mantissa_bits, bias, _ = SMALL_FORMATS[dtype]
    exponent = max(math.frexp(size)[1] - 1, 1 - bias) if size else 1 - bias
    steps = round(math.ldexp(size, mantissa_bits - exponent))  # Python's round rounds ties to even
    return steps + ((exponent + bias - 1) << mantissa_bits)

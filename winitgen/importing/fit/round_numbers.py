"""Numbers that people write: with as few digits as the values allow."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from winitgen.audit.statistics.lattice import largest_of

POPULAR = (0.02, 0.01, 1.0, 0.05, 0.1, 0.006, 0.2, 0.5)
"""Standard deviations and limits that many models have."""


def rounded(number: float, room: float) -> float:
    """Return the number with the fewest digits that is within ``room`` of it, as a share.

    >>> rounded(0.020013, 0.001), rounded(0.020013, 0.0001), rounded(0.0, 0.1)
    (0.02, 0.020013, 0.0)
    """
    for digits in range(1, 17):
        short = float(f"{number:.{digits - 1}e}")
        if abs(short - number) <= room * abs(number):
            return short
    return number


def shortest(value: float, kind: np.dtype[Any]) -> float:
    """Return the number with the fewest digits that is stored as ``value``; a whole one as such, but for -0.0.

    >>> shortest(0.30000001192092896, np.dtype("float32")), shortest(3.0, np.dtype("float32"))
    (0.3, 3)
    """
    if value == 0 and math.copysign(1, value) < 0:
        return value
    if value.is_integer() and (abs(value) < 2**53 or kind.kind in "iu"):
        return int(value)
    texts = (float(f"{value:.{digits}g}") for digits in range(1, 18))
    inside = (text for text in texts if abs(text) <= largest_of(kind))
    return next(text for text in inside if float(np.array(text).astype(kind)) == value)


def digits_of(number: float) -> int:
    """Return how many digits a number is written with.

    >>> digits_of(0.02), digits_of(1e-10), digits_of(0.0134)
    (1, 1, 3)
    """
    mantissa = repr(float(number)).lstrip("-").partition("e")[0].replace(".", "").strip("0")
    return max(1, len(mantissa))


def cost_of(number: float) -> float:
    """Return the logarithm of how many numbers are as plausible as this one."""
    if number in POPULAR:
        return math.log(len(POPULAR))
    return math.log(30.0) + (digits_of(number) - 1) * math.log(10.0)


def within(low: float, high: float, popular: Sequence[float] = POPULAR) -> Iterator[float]:
    """Yield the numbers between two that people would write: popular ones, then those of the fewest digits.

    Of those with one digit more, the ones around the middle are yielded, because the fewest digits may be too few.
    """
    yield from (number for number in popular if low <= number <= high)
    middle = (low + high) / 2
    if middle <= 0 or low <= 0:
        return
    for digits in range(1, 17):
        step = 10.0 ** (math.floor(math.log10(middle)) - digits + 1)
        first = math.ceil(low / step - 1e-9)
        last = math.floor(high / step + 1e-9)
        if first <= last:
            yield from (
                float(f"{place * step:.{digits}g}") for place in range(first, min(last, first + 11) + 1)
            )
            finer = [math.floor(middle * 10 / step), math.ceil(middle * 10 / step)]
            yield from (float(f"{place * step / 10:.{digits + 1}g}") for place in finer)
            return

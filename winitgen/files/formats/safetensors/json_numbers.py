"""Which numbers of a header the safetensors library refuses: those that serde_json, which parses it, takes for infinite.

It goes by the first 19 or 20 digits and a power of ten, so that near the largest float64 it refuses numbers that Python rounds down.
"""

from __future__ import annotations

import math
import re

_LARGEST_WORD = (1 << 64) - 1
_SURE = 1.7e308
"""Numbers below it are finite to anyone."""

_TABLE = 308
"""The largest power of ten that is multiplied with; larger ones are refused, but with zero."""

_NUMBER = re.compile(r"-?([0-9]+)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]+))?")


def is_finite(digits: str) -> bool:
    """Tell whether a number of JSON is finite to the library.

    >>> [is_finite(digits) for digits in ("1e308", "1e309", "1.7976931348623157e308", "1.7976931348623158e308", "0e400")]
    [True, False, True, False, True]
    """
    if abs(float(digits)) < _SURE:
        return True
    found = _NUMBER.fullmatch(digits)
    assert found is not None  # Python's parser has found a number
    whole, part, power = found.groups()
    word, left_out = _word(whole)
    word, added = (word, 0) if part is None else _decimals(word, part)
    exponent = left_out - added + int(power or 0)
    return exponent <= _TABLE and math.isfinite(float(word) * float(f"1e{exponent}"))


def _word(digits: str) -> tuple[int, int]:
    """Return the digits that fit in 64 bits as a number, and how many follow them."""
    word = 0
    for place, digit in enumerate(digits):
        if (longer := 10 * word + int(digit)) > _LARGEST_WORD:
            return word, len(digits) - place
        word = longer
    return word, 0


def _decimals(word: int, digits: str) -> tuple[int, int]:
    """Return a number with the decimals behind it that fit in 64 bits, and how many these are; the others are dropped."""
    for place, digit in enumerate(digits):
        if (longer := 10 * word + int(digit)) > _LARGEST_WORD:
            return word, place
        word = longer
    return word, len(digits)

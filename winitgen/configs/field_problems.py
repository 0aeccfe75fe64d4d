"""What a field of a config must be, by the default that it stands for."""

from __future__ import annotations

import math
from typing import Any

from winitgen.spec.operations import is_number

LARGEST = 2**40
"""The largest number of anything in a layer."""


def problem_of(value: Any, default: Any) -> str:
    """Return what a value must be to stand where ``default`` does, or nothing if it may."""
    if isinstance(default, bool):
        return "" if isinstance(value, bool) else "true or false"
    if isinstance(default, str):
        return _problem_of_text(value)
    if isinstance(default, tuple):
        return _problem_of_list(value, default)
    if isinstance(default, float):
        return _problem_of_number(value, signed=default < 0)
    if isinstance(value, int) and not isinstance(value, bool) and min(default or 0, 1) <= value <= LARGEST:
        return ""
    return f"a whole number from {min(default or 0, 1)} to 2^40"


def _problem_of_text(value: Any) -> str:
    """Return what a text must be: an expression would be the layer-spec's."""
    if not isinstance(value, str):
        return "text"
    return "text without '${'" if "${" in value else ""


def _problem_of_number(value: Any, *, signed: bool) -> str:
    """Return what a number must be; a whole one may be too large to become a fraction."""
    if is_number(value) and abs(value) < LARGEST and (value >= 0 or signed):
        return ""
    if is_number(value) and abs(value) >= LARGEST and abs(value) != math.inf and (value > 0 or signed):
        return "a number above -2^40 and below 2^40" if signed else "a number from 0 to below 2^40"
    return "a number" if signed else "a number of at least 0"


def _problem_of_list(value: Any, default: tuple[Any, ...]) -> str:
    if not isinstance(value, list):
        return "a list"
    if not default:
        return "" if all(map(_may_be_an_item, value)) else "a list of text without '${' or of whole numbers"
    unequal = len({type(item) for item in default}) > 1
    examples = default if unequal and len(default) == len(value) else default[:1]
    problems = [problem_of(item, examples[i % len(examples)]) for i, item in enumerate(value)]
    return next((f"a list of which each item is {problem}" for problem in problems if problem), "")


def problem_of_pair(value: list[Any], default: int) -> str:
    """Return what a list must be to stand where one whole number does, as a height and a width."""
    one = problem_of(None, default)
    if len(value) != 2 or any(problem_of(item, default) for item in value):
        return f"{one}, or a list of two, the height and the width"
    return ""


def _may_be_an_item(value: Any) -> bool:
    """Return whether a list may have this item if its default, which is empty, does not say of what it is."""
    return not _problem_of_text(value) if isinstance(value, str) else not problem_of(value, 0)


def is_odd(value: Any) -> bool:
    """Return whether a value is so large or so small that no model has it.

    >>> [is_odd(value) for value in (2**39, 1e-300, 0.0, 1e6, True, "gelu")]
    [True, True, False, False, False, False]
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return abs(value) >= 2**20 if isinstance(value, int) else abs(value) > 1e9 or 0 < abs(value) < 1e-13

"""The meaning of an unquoted YAML value: the core schema of YAML 1.2 and nothing else.

``1e-3`` is a number, ``no`` and ``on`` are text, ``010`` is ten.
"""

from __future__ import annotations

import re

Value = str | int | float | bool | None

LONGEST_NUMBER = 64
"""A number of more characters is a mistake: no size, seed or scale needs them."""

NULLS = ("", "~", "null", "Null", "NULL")
_CONSTANTS: dict[str, Value] = {
    **dict.fromkeys(NULLS),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
}
_DECIMAL = re.compile(r"[-+]?[0-9]+")
_OTHER_BASE = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")


def resolve(text: str) -> Value:
    """Return the value of an unquoted scalar; raise ValueError for a number that is too long or too small.

    >>> [resolve(text) for text in ("1e-3", "no", "010", "0x10", "1_000", "~")]
    [0.001, 'no', 10, 16, '1_000', None]
    """
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if text[0] not in "+-.0123456789":  # most scalars; the cheapest test first
        return text
    decimal = _DECIMAL.fullmatch(text)
    if not (decimal or _OTHER_BASE.fullmatch(text) or _FLOAT.fullmatch(text)):
        return text
    if len(text) > LONGEST_NUMBER:
        raise ValueError(f"the number has {len(text)} characters; at most {LONGEST_NUMBER} are allowed")
    if decimal:
        return int(text)
    return int(text, 0) if _OTHER_BASE.fullmatch(text) else fraction(text)


def fraction(text: str) -> float:
    """Return the number that a text with a dot or an exponent is; raise ValueError if float64 has only 0 for it."""
    number = float(text)
    if number == 0 and re.search("[1-9]", text.lower().partition("e")[0]):
        raise ValueError(f"{text} is too small for float64, whose smallest number is 5e-324; write 0")
    return number

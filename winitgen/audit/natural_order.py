"""The order in which people count: numbers in names count as numbers."""

from __future__ import annotations

import re

_DIGITS = re.compile("[0-9]+")


def natural(name: str) -> tuple[str, str]:
    """Return a key that sorts names by their text and, where both have digits, by the number, however long.

    It is little more than the name, as a file may have a million.

    >>> sorted(["h.10.bias", "h.9.weight", "h.9.bias"], key=natural)
    ['h.9.bias', 'h.9.weight', 'h.10.bias']
    """
    return _DIGITS.sub(_counted, name), name


def _counted(digits: re.Match[str]) -> str:
    """Return a number with its length before it, behind a character that sorts before all text."""
    number = digits[0].lstrip("0")
    return f"\0{chr(min(len(number), 0x10FFFF))}{number}"

"""A number with its noun, in messages."""

from __future__ import annotations


def amount(count: int, one: str, many: str = "") -> str:
    """Return a number with what it counts, in the singular for 1; ``many`` is needed unless an s makes the plural.

    >>> amount(1, "size"), amount(3, "size"), amount(1, "number is given", "numbers are given")
    ('1 size', '3 sizes', '1 number is given')
    """
    return f"{count} {one if count == 1 else many or f'{one}s'}"

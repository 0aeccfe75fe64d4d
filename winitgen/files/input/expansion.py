"""How much larger than what a file stores the values may be that it declares."""

from __future__ import annotations

from collections.abc import Iterable

MOST_EXPANDED = 1000
ALWAYS_EXPANDED = 1 << 30
_LIMIT = f"and winitgen expands no more than {MOST_EXPANDED:,} times as many"


def expands_too_much(nbytes: int, stored: int) -> str:
    """Return why values are not read whose size is too large to be explained by compression; empty if it is not.

    >>> expands_too_much(5 << 30, 1000)
    'it declares 5,368,709,120 bytes but stores 1,000, and winitgen expands no more than 1,000 times as many'
    """
    if nbytes <= ALWAYS_EXPANDED or nbytes <= MOST_EXPANDED * stored:
        return ""
    return f"it declares {nbytes:,} bytes but stores {stored:,}, {_LIMIT}"


def all_expand_too_much(sizes: Iterable[tuple[int, int]]) -> str:
    """Return why no compressed member is read, if all together declare too much; ``sizes`` are declared and stored."""
    declared, stored = map(sum, zip((0, 0), *sizes, strict=True))
    if not expands_too_much(declared, stored):
        return ""
    return f"the compressed members declare {declared:,} bytes together but store {stored:,}, {_LIMIT}"

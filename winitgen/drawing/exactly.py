"""Equality of distributions as caches need it: what is equal draws the same bits."""

from __future__ import annotations

import math
from dataclasses import fields, is_dataclass


class Exactly:
    """Stands for a distribution, or for what holds some, in a cache.

    Python finds two kinds of distribution equal if they are tuples of equal numbers, also inside other ones, and 0.0
    equal to -0.0 and to False. Here each is equal only to its own kind.
    """

    __slots__ = ("it",)

    def __init__(self, it: object) -> None:
        self.it = it

    def __hash__(self) -> int:
        return hash(self.it)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Exactly) and _same(self.it, other.it)


def _same(one: object, other: object) -> bool:
    """Tell whether two values are equal in kind, too, with all that they hold."""
    if one is other:
        return True
    if type(one) is not type(other) or one != other:
        return False
    if isinstance(one, float) and isinstance(other, float):
        return math.copysign(1.0, one) == math.copysign(1.0, other)
    if isinstance(one, tuple) and isinstance(other, tuple):
        return all(map(_same, one, other))
    if is_dataclass(one):
        return all(_same(getattr(one, row.name), getattr(other, row.name)) for row in fields(one))
    return True

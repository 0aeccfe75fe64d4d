"""Dotted names of layers and of the blocks that they stand in."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import takewhile

_SUM = "sum after "
"""How the name of a sum without a name of its own begins, before that of its branch."""


def parts(name: str) -> tuple[str, ...]:
    """Return the parts of a dotted name; a sum belongs to the block of its branch.

    >>> parts("sum after h.0.mlp")
    ('h', '0', 'mlp')
    """
    return tuple(name.removeprefix(_SUM).split("."))


def block_name(name: str, others: Iterable[str]) -> str:
    """Return the short name of a block by its last layer: up to the first part that no other one shares.

    >>> block_name("sum after h.0.mlp", ["sum after h.0.mlp", "sum after h.1.mlp", "head"])
    'h.0'
    """
    own = parts(name)
    shared = max((_shared(own, parts(other)) for other in others if other != name), default=0)
    return ".".join(own[: shared + 1])


def _shared(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    """Return how many parts are the same from the first on."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))

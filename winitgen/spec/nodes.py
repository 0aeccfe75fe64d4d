"""A YAML document as a tree in which every node knows its line and column."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True, eq=False)
class Node:
    """Any value of the document; ``line`` and ``column`` count from 1.

    ``size`` is the number of nodes below and including this one, with aliases expanded.
    """

    line: int
    column: int
    size: int = field(default=1, kw_only=True)


@dataclass(slots=True, eq=False)
class Scalar(Node):
    """One value, as its text; ``plain`` if it has no quotes."""

    text: str
    plain: bool


@dataclass(slots=True, eq=False)
class Sequence(Node):
    """A list."""

    items: list[Node]


@dataclass(slots=True, eq=False)
class Mapping(Node):
    """Keys with their values, in the order of the document; each key occurs once."""

    pairs: dict[str, tuple[Scalar, Node]]

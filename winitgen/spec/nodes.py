"""A YAML document as a tree in which every part knows where it stands."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True, eq=False)
class Node:
    """Any part of the document; ``line`` and ``column`` count from 1.

    ``size`` is the number of parts below and including this one, aliases written out.
    """

    line: int
    column: int
    size: int = field(default=1, kw_only=True)


@dataclass(slots=True, eq=False)
class Scalar(Node):
    """One value, as its text; ``plain`` where it stands without quotes."""

    text: str
    plain: bool


@dataclass(slots=True, eq=False)
class Sequence(Node):
    """A list."""

    items: list[Node]


@dataclass(slots=True, eq=False)
class Mapping(Node):
    """Keys with their values, in the order of the document; each key stands once."""

    pairs: dict[str, tuple[Scalar, Node]]

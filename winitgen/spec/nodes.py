"""A YAML document as a tree in which every node knows its line and column."""

from __future__ import annotations


class Node:
    """Any value of the document; ``line`` and ``column`` count from 1.

    ``size`` is the number of nodes below and including this one, with aliases expanded.
    """

    __slots__ = ("column", "line", "size")

    def __init__(self, line: int, column: int, *, size: int = 1) -> None:
        self.line = line
        self.column = column
        self.size = size


class Scalar(Node):
    """One value, as its text; ``plain`` if it has no quotes."""

    __slots__ = ("plain", "text")

    def __init__(self, line: int, column: int, text: str, plain: bool, *, size: int = 1) -> None:
        self.line = line
        self.column = column
        self.size = size
        self.text = text
        self.plain = plain


class Sequence(Node):
    """A list."""

    __slots__ = ("items",)

    def __init__(self, line: int, column: int, items: list[Node], *, size: int = 1) -> None:
        self.line = line
        self.column = column
        self.size = size
        self.items = items


class Mapping(Node):
    """Keys with their values, in the order of the document; each key occurs once."""

    __slots__ = ("pairs",)

    def __init__(
        self, line: int, column: int, pairs: dict[str, tuple[Scalar, Node]], *, size: int = 1
    ) -> None:
        self.line = line
        self.column = column
        self.size = size
        self.pairs = pairs

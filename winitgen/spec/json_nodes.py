"""From plain JSON values to nodes, without a YAML parser."""

from __future__ import annotations

from typing import Any

from winitgen.spec.nodes import Mapping, Node, Scalar, Sequence


def nodes(value: Any, line: int = 0, column: int = 0) -> Node:
    """Return the document for a value; all its nodes have one location, by default none, as there are no lines."""
    if isinstance(value, dict):
        pairs = {
            key: (_scalar(key, line, column), nodes(inner, line, column)) for key, inner in value.items()
        }
        return Mapping(line, column, pairs)
    if isinstance(value, list | tuple):
        return Sequence(line, column, [nodes(inner, line, column) for inner in value])
    return _scalar(value, line, column)


def _scalar(value: str | float | bool | None, line: int, column: int) -> Scalar:
    """Return one value as its text in YAML."""
    if isinstance(value, str):
        return Scalar(line, column, value, plain=False)
    if value is None or isinstance(value, bool):
        return Scalar(line, column, {None: "null", True: "true", False: "false"}[value], plain=True)
    return Scalar(line, column, repr(value), plain=True)

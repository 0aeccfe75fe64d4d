"""From a layer-spec as plain JSON values to nodes, without a YAML parser and without locations."""

from __future__ import annotations

from typing import Any

from winitgen.spec.nodes import Mapping, Node, Scalar, Sequence


def nodes(value: Any) -> Node:
    """Return the document for a value; its nodes have no location, as there are no lines."""
    if isinstance(value, dict):
        pairs = {key: (_scalar(key), nodes(inner)) for key, inner in value.items()}
        return Mapping(0, 0, pairs)
    if isinstance(value, list):
        return Sequence(0, 0, [nodes(inner) for inner in value])
    return _scalar(value)


def _scalar(value: str | float | bool | None) -> Scalar:
    """Return one value as its text in YAML."""
    if isinstance(value, str):
        return Scalar(0, 0, value, plain=False)
    if value is None or isinstance(value, bool):
        return Scalar(0, 0, {None: "null", True: "true", False: "false"}[value], plain=True)
    return Scalar(0, 0, repr(value), plain=True)

"""Which options are as if they were not written: those whose value is null, however it is said."""

from __future__ import annotations

from collections.abc import Collection

from winitgen.spec.expressions import PATTERN, substitute
from winitgen.spec.fields import Scope
from winitgen.spec.nodes import Mapping, Node, Scalar
from winitgen.spec.operations import BadExpression
from winitgen.spec.scalars import NULLS


def is_null(node: Node) -> bool:
    """Return whether a node is empty, ``~`` or ``null``."""
    return isinstance(node, Scalar) and node.plain and node.text in NULLS


def is_absent(node: Node, scope: Scope) -> bool:
    """Return whether a node is null, or an expression that gives it; the mistake of one is told where it is read."""
    if not isinstance(node, Scalar) or "${" not in node.text:
        return is_null(node)
    if not PATTERN.fullmatch(node.text.strip()):  # text around it
        return False
    try:
        return substitute(node.text, scope.names, scope.work) is None
    except (BadExpression, ValueError):
        return False


def given(mapping: Mapping | None, key: str, scope: Scope) -> Node | None:
    """Return the value of a key, or None if it is as if it were not written."""
    node = mapping.pairs[key][1] if mapping and key in mapping.pairs else None
    return None if node is None or is_absent(node, scope) else node


def absent_keys(mapping: Mapping, scope: Scope, needed: Collection[str] = ()) -> set[str]:
    """Return the keys that are as if they were not written; those that are ``needed`` cannot be."""
    return {key for key, (_, node) in mapping.pairs.items() if key not in needed and is_absent(node, scope)}


def optional(mapping: Mapping, scope: Scope, needed: Collection[str] = ()) -> Mapping:
    """Return a mapping without such keys."""
    absent = absent_keys(mapping, scope, needed)
    pairs = {key: pair for key, pair in mapping.pairs.items() if key not in absent}
    return Mapping(mapping.line, mapping.column, pairs) if absent else mapping

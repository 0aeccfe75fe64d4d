"""Variables: those of the document, of containers and of repetitions, and what a ``${...}`` stands for."""

from __future__ import annotations

import keyword
from collections.abc import Mapping as MappingType
from typing import Any

from winitgen.errors import UsageError
from winitgen.spec.expressions import PATTERN, substitute
from winitgen.spec.fields import BAD, Scope, value_of
from winitgen.spec.json_nodes import nodes
from winitgen.spec.mistakes import LONGEST_SHOWN, Mistakes, TooManyMistakes, shortened, show
from winitgen.spec.nodes import Mapping, Node, Scalar, Sequence
from winitgen.spec.operations import MISTAKEN, BadExpression, Plain, is_number
from winitgen.spec.work import MOST_VALUES

DEEPEST = 64
"""The most levels of lists and mappings in each other, as in YAML."""

Pairs = MappingType[str, tuple[Scalar, Node]]


def set_variables(
    pairs: Pairs, path: str, scope: Scope, replaced: MappingType[str, Plain] | None = None
) -> None:
    """Evaluate variables in order, each with those before it, and add them to ``scope``.

    Those in ``replaced`` have their value from there; raises `UsageError` for one of another kind.
    """
    for name, (key, node) in pairs.items():
        at = f"{path}.{shortened(name, LONGEST_SHOWN)}"
        if not is_name(name):
            scope.fail(key, at, f"the name {show(name)} {BAD_NAME}")
            continue
        value = replacement(name, replaced[name], node, scope) if replaced and name in replaced else BAD
        value = read_value(node, at, scope) if value is BAD else value
        scope.names[name] = MISTAKEN if value is BAD else value


BAD_NAME = "must consist of letters, digits and '_', and not start with a digit"


def is_name(text: str) -> bool:
    """Return whether ``text`` can be a variable."""
    return text.isascii() and text.isidentifier()


def inner_name_problem(name: str, indices: MappingType[str, int]) -> str:
    """Return why ``name`` cannot be a variable of a repetition or a container, or an empty text."""
    if not is_name(name):
        return f"the name {show(name)} {BAD_NAME}"
    if keyword.iskeyword(name):
        return f"the name {show(name)} is a word of expressions; choose another, such as '{name}_'"
    if name in indices:
        return f"the variable {show(name)} hides the index of a repeat; rename it, or the index with 'index'"
    return ""


def read_value(node: Node, path: str, scope: Scope) -> Any:
    """Return the value of a variable, or `BAD`: a number, text, true or false, or tuples and dicts of values."""
    value = _read_value(node, path, scope)
    if value is BAD:
        return BAD
    try:
        scope.work.values += 1 if isinstance(node, Scalar) else _size(value, MOST_VALUES)
    except _TooDeep:
        return scope.fail(node, path, f"more than {DEEPEST} levels of lists and mappings in each other")
    if scope.work.values > MOST_VALUES:
        message = f"more than {MOST_VALUES} values in variables, with those in them written out"
        scope.fail(node, path, message)
        raise TooManyMistakes
    return value


def _read_value(node: Node, path: str, scope: Scope) -> Any:
    if isinstance(node, Sequence):
        items = [_read_value(item, f"{path}[{i}]", scope) for i, item in enumerate(node.items)]
        return BAD if any(item is BAD for item in items) else tuple(items)
    if isinstance(node, Mapping):
        values = {
            key: _read_value(value, f"{path}.{shortened(key, LONGEST_SHOWN)}", scope)
            for key, (_, value) in node.pairs.items()
        }
        return BAD if any(value is BAD for value in values.values()) else values
    value = value_of(node, path, scope)
    if value is None and isinstance(node, Scalar) and not node.text:
        return scope.fail(
            node, path, "expected a number, text, true, false, null, a list or a mapping, not nothing"
        )
    return value


class _TooDeep(Exception):
    """A value with too many levels of lists and mappings."""


def _size(value: Any, most: int, levels: int = DEEPEST) -> int:
    """Return how many values there are in ``value``; counting stops above ``most``.

    Raises `_TooDeep` for more than that many ``levels``.
    """
    if levels < 0:
        raise _TooDeep
    count = 1
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, tuple) else ():
        if count > most:
            break
        count += _size(inner, most - count, levels - 1)
    return count


def replacement(name: str, value: Plain, node: Node, scope: Scope) -> Plain:
    """Return the value that a call gives a variable; raise `UsageError` if the spec's is of another kind."""
    own = value_of(node, "", Scope(Mistakes(""), scope.names))
    kind = "" if own is BAD or own is None else _kind(own)
    remedy = f"{show(value)} cannot replace it"
    if kind not in PLAIN_KINDS or _kind(value) not in PLAIN_KINDS:
        remedy = "only numbers, text, true and false can be replaced, by the same"
    elif kind in ("", _kind(value)):
        return value
    raise UsageError(f"the variable {show(name)} is {kind} in the spec; {remedy}")


PLAIN_KINDS = ("", "a number", "text", "true or false")
"""The kinds of values that can be replaced; an empty value, or one with a mistake, has none."""


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "true or false"
    if is_number(value):
        return "a number"
    kinds = {str: "text", tuple: "a list", dict: "a mapping"}
    return next((kind for of, kind in kinds.items() if isinstance(value, of)), "empty")


def written_out(node: Node, scope: Scope) -> Node:
    """Return the list or the mapping that a ``${...}`` stands for, as nodes at its location; else the node."""
    if not isinstance(node, Scalar) or "${" not in node.text or not PATTERN.fullmatch(node.text.strip()):
        return node
    try:
        value = substitute(node.text, scope.names, scope.work)
    except (BadExpression, ValueError):
        return node
    return nodes(value, node.line, node.column) if isinstance(value, tuple | dict) else node

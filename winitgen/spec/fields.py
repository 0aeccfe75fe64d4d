"""From mappings of the document to typed structs: every key checked, every mistake noted."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from collections.abc import Mapping as MappingType
from functools import cache
from typing import Annotated, Any, get_args

import msgspec
from msgspec import Meta

from winitgen.catalog.spellings import OPTIONS
from winitgen.spec.expressions import substitute
from winitgen.spec.mistakes import (
    LONGEST_SHOWN,
    Location,
    Mistakes,
    Round,
    TooManyMistakes,
    closest,
    shortened,
    show,
    suggest,
)
from winitgen.spec.nodes import Mapping, Node, Scalar, Sequence
from winitgen.spec.operations import BadExpression, UsesMistake
from winitgen.spec.scalars import LONGEST_NUMBER, resolve
from winitgen.spec.work import Work


class _Bad:
    """The value of a node with a mistake, which is noted already."""


BAD: Any = _Bad()

NAME = re.compile(r"[A-Za-z_]\w*")
"""A name in an expression."""


class Scope:
    """The context in which a node is read: the mistakes of the file, and the variables in scope.

    ``indices`` are those of the repetitions around it, ``rounds`` the repetitions that a mistake must name.
    ``work`` counts what the whole document costs.
    """

    def __init__(
        self,
        mistakes: Mistakes,
        names: MappingType[str, Any],
        indices: MappingType[str, int] | None = None,
        rounds: tuple[Round, ...] = (),
        work: Work | None = None,
    ) -> None:
        self.mistakes = mistakes
        self.names = dict(names)
        self.indices = dict(indices or {})
        self.rounds = rounds
        self.work = Work() if work is None else work

    def inner(self) -> Scope:
        """Return a scope whose variables can be set without a change to this one."""
        return Scope(self.mistakes, self.names, self.indices, self.rounds, self.work)

    def within(self, index: str, number: int, rounds: tuple[Round, ...] | None = None) -> Scope:
        """Return the scope of one repetition, whose index is a variable too."""
        rounds = self.rounds if rounds is None else rounds
        names, indices = {**self.names, index: number}, {**self.indices, index: number}
        return Scope(self.mistakes, names, indices, rounds, self.work)

    def at(self, node: Node, path: str) -> Location:
        """Return the location of ``node``, within the repetitions around it."""
        return Location(node.line, node.column, path, None, self.rounds)

    def fail(self, node: Node, path: str, message: str) -> Any:
        """Note a mistake at ``node``; return `BAD`."""
        self.mistakes.add(self.at(node, path), message)
        return BAD

    def spend(self, steps: int, node: Node, path: str) -> None:
        """Count ``steps`` of work at ``node``; if there are too many, note it and raise `TooManyMistakes`."""
        self._count(self.work.spend, steps, node, path)

    def hold(self, value: Any, node: Node, path: str) -> None:
        """Count the values of a long list, as `spend` counts steps."""
        self._count(self.work.hold, value, node, path)

    def _count(self, count: Callable[[Any], None], what: Any, node: Node, path: str) -> None:
        try:
            count(what)
        except BadExpression as error:
            self.fail(node, path, str(error))
            raise TooManyMistakes from None


def value_of(node: Node, path: str, scope: Scope) -> Any:
    """Return the plain Python value of ``node``, ``${...}`` evaluated, or `BAD`."""
    if isinstance(node, Scalar):
        return _scalar(node, path, scope)
    if isinstance(node, Sequence):
        values = [value_of(item, f"{path}[{i}]", scope) for i, item in enumerate(node.items)]
        return BAD if BAD in values else tuple(values)
    assert isinstance(node, Mapping)
    pairs = {key: value_of(value, _join(path, key), scope) for key, (_, value) in node.pairs.items()}
    return BAD if BAD in pairs.values() else pairs


def _scalar(node: Scalar, path: str, scope: Scope) -> Any:
    try:
        if "${" in node.text:
            return substitute(node.text, scope.names, scope.work)
        value = resolve(node.text) if node.plain else node.text
        if isinstance(value, float) and not math.isfinite(value):
            return scope.fail(node, path, f"{node.text} is not a finite number")
        return value
    except UsesMistake:
        return BAD
    except (BadExpression, ValueError) as error:
        scope.fail(node, path, str(error))
        if scope.work.done:
            raise TooManyMistakes from None
        return BAD


def _join(path: str, key: str) -> str:
    key = shortened(key, LONGEST_SHOWN)
    return f"{path}.{key}" if path else key


def description_of(kind: Any) -> str:
    """Return a description of the values that a field takes."""
    for part in (kind, *get_args(kind)):
        for meta in getattr(part, "__metadata__", ()):
            if isinstance(meta, Meta) and meta.description:
                return str(meta.description)
    return {str: "text", bool: "true or false", int: "a whole number", float: "a number"}.get(
        kind, "another value"
    )


def convert(value: Any, kind: Any, node: Node, path: str, scope: Scope) -> Any:
    """Return ``value`` as the type ``kind``, or `BAD` with one mistake that says what is expected."""
    scope.hold(value, node, path)
    try:
        return msgspec.convert(value, kind)
    except (msgspec.ValidationError, OverflowError, UnicodeEncodeError):  # the last for a lone surrogate
        unquote = "; remove the quotes" if _is_quoted_number(node) else ""
        return scope.fail(node, path, f"expected {description_of(kind)}, not {show(value)}{unquote}")


def _is_quoted_number(node: Node) -> bool:
    """Return whether ``node`` is text that would be a number without its quotes."""
    if not isinstance(node, Scalar) or node.plain or len(node.text) > LONGEST_NUMBER:
        return False
    return isinstance(resolve(node.text), int | float)


def mapping_of(node: Node, path: str, scope: Scope, what: str, example: str) -> Mapping | None:
    """Return ``node`` if it is a mapping; else note that ``what`` must be one, such as ``example``."""
    if isinstance(node, Mapping):
        return node
    value = value_of(node, path, scope)
    if value is not BAD:
        shown = "a variable; write the mapping out" if isinstance(value, dict) else show(value)
        scope.fail(node, path, f"{what} is a mapping such as {example}, not {shown}")
    return None


def refuse_list(node: Node, path: str, scope: Scope, what: str) -> Any:
    """Note that ``node`` must be a list of ``what``, written out; return `BAD`."""
    value = value_of(node, path, scope)
    if value is BAD:
        return BAD
    shown = show(value)
    if isinstance(value, tuple):
        shown = "an empty list" if isinstance(node, Sequence) else "a variable; write the list out"
    return scope.fail(node, path, f"expected a list of {what}, not {shown}")


def check_keys(mapping: Mapping, known: list[str], path: str, scope: Scope, what: str) -> set[str]:
    """Note every key of ``mapping`` that ``what`` does not have; return the keys that were probably meant."""
    meant = set()
    for key, (at, _) in mapping.pairs.items():
        if key not in known:
            close = closest(key, known, OPTIONS)
            hint = suggest(key, known, OPTIONS) or f"; its keys are {', '.join(known)}"
            scope.fail(at, _join(path, key), f"{what} has no key {show(key)}{hint}")
            meant.add(close)
    return meant


@cache
def fields_of(struct: type) -> tuple[Any, ...]:
    """Return msgspec's descriptions of the fields of a struct."""
    fields: tuple[Any, ...] = msgspec.structs.fields(struct)
    return fields


@cache
def hints_of(struct: type) -> dict[str, Any]:
    """Return the types of a struct's fields by the names that a spec uses, without their meanings."""
    return {field.encode_name: _without_meaning(field.type) for field in fields_of(struct)}


@cache
def required_of(struct: type) -> tuple[str, ...]:
    """Return the fields that a struct needs, by the names that a spec uses."""
    return tuple(field.encode_name for field in fields_of(struct) if field.required)


def meanings_of(struct: type) -> dict[str, str]:
    """Return what a struct's fields mean, by the names that a spec uses: the texts in their annotations."""
    return {field.encode_name: _meaning(field.type) for field in fields_of(struct)}


def _meaning(hint: Any) -> str:
    """Return the text at the end of an annotation, or nothing."""
    last = getattr(hint, "__metadata__", ("",))[-1]
    return last if isinstance(last, str) else ""


def _without_meaning(hint: Any) -> Any:
    if not _meaning(hint):
        return hint
    rest = hint.__metadata__[:-1]
    return Annotated[(hint.__origin__, *rest)] if rest else hint.__origin__

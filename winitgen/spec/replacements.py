"""``NAME=VALUE`` of a call: the value that replaces a variable of the spec."""

from __future__ import annotations

import math
from collections.abc import Iterable

from winitgen.errors import UsageError
from winitgen.spec.mistakes import show
from winitgen.spec.operations import Plain
from winitgen.spec.scalars import resolve


def parse_variables(settings: Iterable[str]) -> dict[str, Plain]:
    """Return the values by their names; raise `UsageError` for a name that is given twice, even the same value."""
    found: dict[str, Plain] = {}
    for name, value in map(parse_variable, settings):
        if name in found:
            raise UsageError(f"--set gives {show(name)} twice; give each variable once")
        found[name] = value
    return found


def parse_variable(text: str) -> tuple[str, Plain]:
    """Return the name and the value of ``NAME=VALUE``; raise `UsageError` for anything else.

    >>> parse_variable("d=128"), parse_variable("bias=false"), parse_variable("act=relu"), parse_variable("n='4'")
    (('d', 128), ('bias', False), ('act', 'relu'), ('n', '4'))
    """
    name, equals, given = text.partition("=")
    try:
        value = _plain(given) if equals else None
    except ValueError as error:
        raise UsageError(f"--set {show(name)}: {error}") from None
    if value is None:
        raise UsageError(f"--set takes VAR=VALUE, such as d=128 or bias=false, not {show(text)}")
    return name, value


def _plain(text: str) -> Plain | None:
    """Return the value that ``text`` is in YAML, or None if it is none that a variable can have; text in quotes is text."""
    quote = text[:1]
    if quote in ("'", '"') and len(text) > 1 and text.endswith(quote) and quote not in text[1:-1]:
        return text[1:-1]
    value = resolve(text)
    return None if isinstance(value, float) and not math.isfinite(value) else value

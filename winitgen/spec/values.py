"""Readers of values with a syntax of their own: schemes, activations, text, choices."""

from __future__ import annotations

import re
from collections.abc import Sequence as Names
from typing import Any

from winitgen.catalog import activations, schemes, spellings
from winitgen.catalog.activations import ACTIVATIONS, Applied
from winitgen.catalog.init import Init
from winitgen.catalog.schemes import SCHEMES
from winitgen.catalog.schemes.options import DISTRIBUTION, MOST_BLOCKS, REAL, Gain, Inits, Option
from winitgen.numeric.dtypes import DTYPES, FLOAT_DTYPES
from winitgen.spec.absence import given, optional
from winitgen.spec.fields import BAD, Scope, check_keys, convert, mapping_of, value_of
from winitgen.spec.mistakes import show, suggest
from winitgen.spec.nodes import Mapping, Node, Scalar, Sequence
from winitgen.spec.variables import written_out

Real = REAL.hint
Distribution = DISTRIBUTION.hint


def read_init(node: Node, path: str, scope: Scope) -> Init | Any:
    """Return a scheme with its options, or `BAD`."""
    node = written_out(node, scope)
    if isinstance(node, Scalar):
        name = _scheme_name(node, path, scope)
        options: dict[str, Any] = {}
    else:
        mapping = mapping_of(node, path, scope, "a scheme with options", "{scheme: normal, std: 0.02}")
        if mapping is None:
            return BAD
        at = mapping.pairs.get("scheme")
        if at is None:
            return scope.fail(node, path, "a mapping here needs 'scheme', as in {scheme: normal, std: 0.02}")
        name = _scheme_name(at[1], f"{path}.scheme", scope)
        options = _options(mapping, name, path, scope)
    if name is BAD or BAD in options.values():
        return BAD
    missing = [option for option in SCHEMES[name].needs if option not in options]
    if missing:
        return scope.fail(node, path, f"the scheme {name} needs {' and '.join(missing)}")
    problem = _contradiction(options)
    return scope.fail(node, path, problem) if problem else Init(name, **options)


def _scheme_name(node: Node, path: str, scope: Scope) -> str | Any:
    value = value_of(node, path, scope)
    if value is BAD:
        return BAD
    name = schemes.ALIASES.get(value, value) if isinstance(value, str) else value
    if isinstance(name, str) and name in SCHEMES:
        return name
    hint = ""
    if isinstance(value, str):
        hint = suggest(value, [*SCHEMES, *schemes.ALIASES], spellings.SCHEMES)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        hint = f"; write {{scheme: constant, value: {value}}}"
    return scope.fail(node, path, f"unknown scheme {show(value)}{hint or '; `winitgen schemes` lists them'}")


def _options(mapping: Mapping, name: str | Any, path: str, scope: Scope) -> dict[str, Any]:
    """Return the options in a mapping, each of its type, or `BAD` instead of a value."""
    if name is BAD:
        return {}
    options = SCHEMES[name].options
    check_keys(mapping, ["scheme", *options], path, scope, f"the scheme {name}")
    mapping = optional(mapping, scope, ("scheme", *SCHEMES[name].needs))
    return {
        key: _option(options[key], node, f"{path}.{key}", scope) if key in options else BAD
        for key, (_, node) in mapping.pairs.items()
        if key != "scheme"
    }


def _option(option: Option, node: Node, path: str, scope: Scope) -> Any:
    """Return the value of one option, of its type, or `BAD`."""
    if isinstance(option, Inits):
        return _inits(option, node, path, scope)
    value = value_of(node, path, scope)
    if value is not BAD:
        value = convert(value, option.hint, node, path, scope)
    return _gain(value, node, path, scope) if isinstance(option, Gain) else value


def _inits(option: Inits, node: Node, path: str, scope: Scope) -> tuple[Init, ...] | Any:
    """Return a list of schemes, or `BAD`."""
    node = written_out(node, scope)
    items = node.items if isinstance(node, Sequence) else []
    if not 1 <= len(items) <= MOST_BLOCKS:
        value = value_of(node, path, scope)
        return (
            value
            if value is BAD
            else scope.fail(node, path, f"expected {option.expected}, not {show(value)}")
        )
    scope.spend(STEPS_PER_BLOCK * len(items), node, path)
    inits = tuple(read_init(item, f"{path}[{number}]", scope) for number, item in enumerate(items))
    return BAD if BAD in inits else inits


STEPS_PER_BLOCK = 30
"""What planning a block costs, in steps of expressions."""


def _gain(value: Any, node: Node, path: str, scope: Scope) -> Any:
    """Return a gain: a number, ``auto``, ``torch``, or the canonical name of an activation."""
    if not isinstance(value, str) or value in ("auto", "torch"):
        return value
    name = activations.ALIASES.get(value, value)
    if name in ACTIVATIONS:
        return name
    hint = suggest(value, ["auto", "torch", *ACTIVATIONS], spellings.ACTIVATIONS)
    return scope.fail(node, path, f"unknown gain {show(value)}{hint}")


def _contradiction(options: dict[str, Any]) -> str:
    """Return how the options of one scheme contradict each other, or an empty text."""
    low, high = options.get("low"), options.get("high")
    if low is not None and high is not None and not low < high:
        return f"low must be below high; got {low:g} and {high:g}"
    bounds = options.get("bounds")
    if isinstance(bounds, tuple) and not bounds[0] < bounds[1]:
        return f"the lower bound must be below the upper; got {bounds[0]:g} and {bounds[1]:g}"
    if isinstance(bounds, float) and bounds < 0.1:
        return f"bounds of {bounds:g} standard deviations are narrower than 0.1; use the scheme uniform"
    return ""


def read_activation(node: Node, path: str, scope: Scope) -> Applied | Any:
    """Return an activation with its number, or `BAD`."""
    node = written_out(node, scope)
    if isinstance(node, Scalar):
        name = _activation_name(node, path, scope)
        return (
            BAD
            if name is BAD
            else Applied(name, ACTIVATIONS[name].default if ACTIVATIONS[name].parameter else None)
        )
    mapping = mapping_of(node, path, scope, "an activation with a number", "{name: leaky_relu, slope: 0.2}")
    if mapping is None:
        return BAD
    if "name" not in mapping.pairs:
        return scope.fail(node, path, "a mapping here needs 'name', as in {name: leaky_relu, slope: 0.2}")
    name = _activation_name(mapping.pairs["name"][1], f"{path}.name", scope)
    if name is BAD:
        return BAD
    key = ACTIVATIONS[name].parameter
    before = len(scope.mistakes.found)
    check_keys(mapping, ["name", key] if key else ["name"], path, scope, f"the activation {name}")
    node_of_number = given(mapping, key, scope)
    if node_of_number is None:
        return (
            BAD
            if len(scope.mistakes.found) > before
            else Applied(name, ACTIVATIONS[name].default if key else None)
        )
    return _number(Applied(name), node_of_number, f"{path}.{key}", scope)


def _number(applied: Applied, node: Node, path: str, scope: Scope) -> Applied | Any:
    """Return the activation with the number at ``node``, or `BAD` if it has no gain with that."""
    value = value_of(node, path, scope)
    number = value if value is BAD else convert(value, Real, node, path, scope)
    if number is BAD:
        return BAD
    try:
        numbered = Applied(applied.name, number)
        if 0 < numbered.gain < float("inf"):
            return numbered
    except (ArithmeticError, ValueError):
        pass
    return scope.fail(node, path, f"{applied.name} has no gain with {applied.row.parameter} {number:g}")


def _activation_name(node: Node, path: str, scope: Scope) -> str | Any:
    value = value_of(node, path, scope)
    if value is BAD:
        return BAD
    name = activations.ALIASES.get(value, value) if isinstance(value, str) else value
    if isinstance(name, str) and name in ACTIVATIONS:
        return name
    names = [*ACTIVATIONS, *activations.ALIASES]
    hint = suggest(value, names, spellings.ACTIVATIONS) if isinstance(value, str) else ""
    return scope.fail(
        node, path, f"unknown activation {show(value)}{hint or '; `winitgen activations` lists them'}"
    )


def read_text(node: Node, path: str, scope: Scope, what: str) -> str | Any:
    """Return text; a whole number is taken as text, and anything else is a mistake."""
    value = value_of(node, path, scope)
    if value is BAD:
        return BAD
    if isinstance(value, str):
        surrogate = None if value.isascii() else re.search("[\ud800-\udfff]", value)
        if surrogate:
            message = f"{what} cannot contain U+{ord(surrogate[0]):04X}, half of a surrogate pair; write the whole character"
            return scope.fail(node, path, message)
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return node.text if isinstance(node, Scalar) and "${" not in node.text else str(value)
    return scope.fail(
        node, path, f"expected {what}, not {show(value)}; put it in quotes if it is meant as text"
    )


def read_dtype(node: Node, path: str, scope: Scope) -> str | Any:
    """Return the name of a number format of values that are drawn."""
    return read_choice(node, path, scope, "dtype", FLOAT_DTYPES, spellings.DTYPES)


def read_any_dtype(node: Node, path: str, scope: Scope) -> str | Any:
    """Return the name of a number format, which may be one of whole numbers."""
    return read_choice(node, path, scope, "dtype", tuple(DTYPES), spellings.DTYPES)


def read_choice(
    node: Node,
    path: str,
    scope: Scope,
    what: str,
    known: Names[str],
    others: spellings.Spellings | None = None,
    listing: str = "",
) -> str | Any:
    """Return one of the ``known`` names, or `BAD`; ``others`` are what other programs call them.

    ``listing`` is the command that lists the known names, if they are many.
    """
    value = value_of(node, path, scope)
    if value is BAD or value in known:
        return value
    hint = suggest(value, known, others) if isinstance(value, str) else ""
    listed = f"; `{listing}` lists them" if listing else f"; known: {', '.join(known)}"
    return scope.fail(node, path, f"unknown {what} {show(value)}{hint or listed}")

"""The canonical spec of a recipe, which is JSON, into nodes: without YAML's parser, and with limits of its own.

What a spec of a megabyte says in a few repetitions, its recipe writes out: up to 50,000 layers with
all of their words.
"""

from __future__ import annotations

from typing import Any

from winitgen.spec import yaml
from winitgen.spec.nodes import Mapping, Node, Scalar, Sequence

MOST_BYTES = 100_000_000
"""As many as a safetensors file has room for."""

MOST_NODES = 3_000_000
DEEPEST = 2 * yaml.DEEPEST
"""A repeat, a level of its own in a spec, is written out as a group of groups."""


class BadRecipe(Exception):
    """The text is no recipe that is read; the message says why."""


def read(text: bytes) -> Node:
    """Return the document in a JSON text; raise `BadRecipe` where it is none, or past the limits.

    No part of it has a place: there are no lines to point at.
    """
    import msgspec

    if len(text) > MOST_BYTES:
        raise BadRecipe(f"it has more than {MOST_BYTES:,} bytes, the most that are read")
    if sum(text.count(mark) for mark in (b",", b"[", b"{")) > MOST_NODES:  # before any of it is built
        raise BadRecipe(f"it has more than {MOST_NODES:,} values, the most that are read")
    try:
        value = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        raise BadRecipe("it is not JSON") from None
    return _node(value, 0)


def _node(value: Any, depth: int) -> Node:
    if depth > DEEPEST:
        raise BadRecipe(f"it is nested deeper than {DEEPEST} levels")
    if isinstance(value, dict):
        pairs = {key: (_scalar(key), _node(inner, depth + 1)) for key, inner in value.items()}
        return Mapping(0, 0, pairs)
    if isinstance(value, list):
        return Sequence(0, 0, [_node(inner, depth + 1) for inner in value])
    return _scalar(value)


def _scalar(value: str | float | bool | None) -> Scalar:
    """Return one value as the text that YAML has for it."""
    if isinstance(value, str):
        return Scalar(0, 0, value, plain=False)
    if value is None or isinstance(value, bool):
        return Scalar(0, 0, {None: "null", True: "true", False: "false"}[value], plain=True)
    return Scalar(0, 0, _digits(value), plain=True)


def _digits(number: float) -> str:
    """Return a number as text; Python writes out no whole number of thousands of digits."""
    try:
        return repr(number)
    except ValueError:
        raise BadRecipe("it holds a number of thousands of digits") from None

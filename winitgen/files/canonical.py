"""What the spec in a recipe may hold: only what winitgen itself writes there.

A recipe is untrusted. Whatever a short text could say again and again, the writer has written out, so that what a recipe
costs to follow is bounded by its length.
"""

from __future__ import annotations

from typing import Any

from winitgen.files.recipe import BadRecipe, Recipe, RecipeHash, parse

_ABBREVIATIONS = ("vars", "when", "over", "times")


def check_written_out(spec: Any) -> None:
    """Raise `BadRecipe` for a spec with repetitions, variables or expressions, before anything else is done with it."""
    waiting = [spec]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting += value.values()
        elif isinstance(value, list):
            for item in value:  # layers stand in lists; elsewhere a key is any name
                if isinstance(item, dict):
                    _check_layer(item)
            waiting += value
        elif isinstance(value, str) and "${" in value:
            raise BadRecipe("it has an expression, ${...}, where winitgen writes its value")
    if isinstance(spec, dict):
        _check_keys(spec)


def _check_layer(layer: dict[str, Any]) -> None:
    if layer.get("type") == "repeat":
        if layer.get("times") == 0:  # what is repeated no time stays as it is
            return
        raise BadRecipe("it has a repeat, which winitgen writes out")
    _check_keys(layer)


def _check_keys(mapping: dict[str, Any]) -> None:
    for key in _ABBREVIATIONS:
        if key in mapping:
            raise BadRecipe(f"it has {key!r}, which winitgen writes out")


def check_canonical(found: Any, written: Any) -> None:
    """Raise `BadRecipe` unless a spec is the one that winitgen writes for the same plan."""
    if not _is_same(found, written):
        raise BadRecipe("its spec is not in the form in which winitgen writes it")


def check_text(text: str, recipe: Recipe) -> None:
    """Raise `BadRecipe` unless a recipe's text is the one that winitgen writes for it, of which the hash is taken."""
    if text != recipe.text:
        raise BadRecipe("its text is not in the form in which winitgen writes it")


def as_written(text: str | None) -> Recipe | RecipeHash | None:
    """Return what `parse` does, but None for a recipe whose text is not the one that winitgen writes for it."""
    found = parse(text)
    return None if isinstance(found, Recipe) and text != found.text else found


def _is_same(one: Any, other: Any) -> bool:
    """Tell whether two plain values give the same JSON: 1 is neither 1.0 nor true, and 0.0 is not -0.0."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_is_same(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(_is_same, one, other))
    return type(one) is type(other) and repr(one) == repr(other)

"""Arguments that are written into a spec: values as YAML has them, made Python's own."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from winitgen.arguments.shown import LONGEST_NUMBER, shown, unboxed, whole
from winitgen.errors import UsageError
from winitgen.spec.mistakes import show


def variables(name: str, value: object) -> dict[str, Any] | None:
    """Return values by the names of variables, or None; None replaces no variable."""
    if value is None:
        return None
    found = mapping(name, value)
    for key, held in found.items():
        if held is None:
            raise UsageError(
                f"{name}[{show(key)}] is text, a number, true, false, a list or a mapping, not nothing"
            )
    return found


def mapping(name: str, value: object, held_by: Callable[[str, object], Any] | None = None) -> dict[str, Any]:
    """Return a mapping by its keys, which are text, with ``held_by`` of each value; nothing of it is the caller's any longer.

    Values are plain ones, unless ``held_by`` says what they are.
    """
    if not isinstance(value, Mapping):
        raise UsageError(f"{name} is a mapping, not {shown(value)}")
    held_by = held_by or plain
    try:
        return {key: held_by(f"{name}[{show(key)}]", held) for key, held in _pairs(name, value)}
    except RecursionError:
        raise UsageError(f"{name} holds itself, or too many levels of lists and mappings") from None


def plain(name: str, value: object) -> Any:
    """Return text, a finite number, True, False, None, or lists and mappings of such, as Python's own."""
    found = unboxed(value)
    if found is None or isinstance(found, bool):
        return found
    if isinstance(found, str):
        return str.__str__(found)
    if isinstance(found, Mapping):
        return {key: plain(f"{name}[{show(key)}]", held) for key, held in _pairs(name, found)}
    if isinstance(found, list | tuple):
        return [plain(f"{name}[{index}]", item) for index, item in enumerate(found)]
    if isinstance(found, float) and math.isfinite(found):
        return found
    number = None if isinstance(found, float) else whole(found)
    if number is not None and abs(number) < LONGEST_NUMBER:
        return number
    kinds = "text, a number, true, false, a list or a mapping"
    if number is not None or isinstance(found, float):
        kinds = "a finite number" if isinstance(found, float) else "a number below 2^1024"
    raise UsageError(f"{name} is {kinds}, not {shown(value)}")


def number(name: str, value: object) -> int | float:
    """Return a finite number as Python's."""
    found = plain(name, unboxed(value)) if isinstance(unboxed(value), int | float) else value
    if isinstance(found, bool) or not isinstance(found, int | float):
        raise UsageError(f"{name} is a number, not {shown(value)}")
    return found


def _pairs(name: str, value: Mapping[Any, Any]) -> Iterator[tuple[str, object]]:
    for key, held in value.items():
        if not isinstance(key, str):
            raise UsageError(f"a key of {name} is text, not {shown(key)}")
        yield str.__str__(key), held

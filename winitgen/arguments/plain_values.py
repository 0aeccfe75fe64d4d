"""Arguments that are written into a spec: values as YAML has them, made Python's own."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from winitgen.arguments.shown import LONGEST_NUMBER, shown, unboxed, whole
from winitgen.errors import UsageError
from winitgen.spec.mistakes import show
from winitgen.spec.yaml import MOST_BYTES


class OversizeError(UsageError):
    """Values that, written out, are longer than a layer-spec may be."""


class TextRoom:
    """Counts what values are at least as text, so that a list that stands in many places is not copied for ever."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.left = MOST_BYTES

    def take(self, characters: int) -> None:
        """Count the least that one value is as JSON; raise `OversizeError` if there is no room for it."""
        self.left -= characters
        if self.left < 0:
            raise OversizeError(f"{self.name} has more than {MOST_BYTES} bytes, written out")


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

    Values are plain ones, unless ``held_by`` says what they are. Raises `OversizeError` for more plain values than a
    layer-spec can hold.
    """
    if not isinstance(value, Mapping):
        raise UsageError(f"{name} is a mapping, not {shown(value)}")
    held_by = held_by or partial(plain, room=TextRoom(name))
    try:
        return {key: held_by(f"{name}[{show(key)}]", held) for key, held in _pairs(name, value)}
    except RecursionError:
        raise UsageError(f"{name} holds itself, or too many levels of lists and mappings") from None


def plain(name: str, value: object, *, room: TextRoom | None = None) -> Any:
    """Return text, a finite number, True, False, None, or lists and mappings of such, as Python's own.

    ``room`` is what there is for them as text: a list is two brackets, of which one is counted, and an item has a comma.
    """
    found = unboxed(value)
    if room is not None:
        is_held = isinstance(found, Mapping | list | tuple)
        room.take(1 if is_held else 2 + str.__len__(found) if isinstance(found, str) else 2)
    if found is None or isinstance(found, bool):
        return found
    if isinstance(found, str):
        return str.__str__(found)
    if isinstance(found, Mapping):
        return {
            key: plain(f"{name}[{show(key)}]", held, room=room) for key, held in _pairs(name, found, room)
        }
    if isinstance(found, list | tuple):
        return [plain(f"{name}[{index}]", item, room=room) for index, item in enumerate(found)]
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


def _pairs(name: str, value: Mapping[Any, Any], room: TextRoom | None = None) -> Iterator[tuple[str, object]]:
    for key, held in value.items():
        if not isinstance(key, str):
            raise UsageError(f"a key of {name} is text, not {shown(key)}")
        if room is not None:
            room.take(str.__len__(key))
        yield str.__str__(key), held

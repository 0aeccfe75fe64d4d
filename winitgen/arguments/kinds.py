"""Arguments of one value: a text, a path, a truth value, a number, a function."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TypeVar

from winitgen.arguments.shown import shown, unboxed, whole
from winitgen.errors import UsageError

Function = TypeVar("Function", bound=Callable[..., object])


LARGEST_COUNT = 2**100
"""What is counted is in a computer's memory, or takes time."""


def text(name: str, value: object) -> str | None:
    """Return a text, or None; one of a class of its own, such as of an enumeration, becomes plain."""
    return None if value is None else some_text(name, value)


def some_text(name: str, value: object) -> str:
    """Return a text, which may not be None."""
    if not isinstance(value, str):
        raise UsageError(f"{name} is text, not {shown(value)}")
    return str.__str__(value)


def path(name: str, value: object, kinds: str = "the path of a file") -> str:
    """Return a path as text; that of an address in a store is kept as it is.

    Raises `UsageError`, which says what ``kinds`` of values there may be, for anything else, bytes too.
    """
    try:
        found: object = os.fspath(value)  # type: ignore[call-overload]
    except Exception as error:  # not only TypeError: a path's own code may raise anything
        raise UsageError(f"{name} is {kinds}, not {shown(value)}") from error
    if not isinstance(found, str):
        raise UsageError(f"{name} is {kinds}, not {shown(found)}; os.fsdecode makes text of bytes")
    if not found:
        raise UsageError(f"{name} is empty; name a file")
    if "\0" in found:
        raise UsageError(f"{name} has a NUL character, which is in no file's name")
    try:
        os.fsencode(found)
    except UnicodeEncodeError:
        raise UsageError(f"{name} has half of a character, which is in no file's name") from None
    return str.__str__(found)  # of an enumeration, its value


def flag(name: str, value: object) -> bool:
    """Return a truth value; 0, 1, None and texts are none."""
    found = unboxed(value)
    if not isinstance(found, bool):
        raise UsageError(f"{name} is True or False, not {shown(value)}")
    return found


def count(name: str, value: object) -> int | None:
    """Return a whole number of at least 1 and at most `LARGEST_COUNT`, or None."""
    if value is None:
        return None
    found = whole(value)
    if found is None or found < 1:
        raise UsageError(f"{name} is a whole number of at least 1, not {shown(value)}")
    if found > LARGEST_COUNT:
        raise UsageError(f"{name} is a whole number from 1 to 2^100, not {shown(found)}")
    return found


def function(name: str, value: Function | None) -> Function | None:
    """Return a function to be called, or None."""
    if value is not None and not callable(value):
        raise UsageError(f"{name} is a function, not {shown(value)}")
    return value

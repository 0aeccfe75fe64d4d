"""Metadata as documents of JSON that have exactly the keys and the kinds of values that a format writes.

The libraries that read them take some other texts, too, leave out others and refuse the rest; which they do changes with their versions.
So whatever a format does not write is told.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from winitgen.files.input.open_file import quoted
from winitgen.files.input.opening import LONGEST_TEXT, is_modest

Kind = Callable[[Any], bool]
"""Tells whether a value is one that a format writes."""


class Form(NamedTuple):
    """The keys that an object has, and those that it may have, each with the kind of its value.

    ``further`` is the kind of the values of all other keys, None if there may be none.
    """

    needed: Mapping[str, Kind]
    others: Mapping[str, Kind] = {}
    further: Kind | None = None


class Document(NamedTuple):
    """A JSON object of a file; ``twice`` is a key that stands twice in one object of it, None if none does."""

    found: dict[str, Any]
    twice: str | None = None


def document(text: bytes) -> Document | None:
    """Return the object that Python's ``json`` reads, by which zarr and Orbax go; None if that is none.

    Numbers that are not finite are texts, so that two of them are equal.

    >>> document(b'{"a": [NaN], "b": {"c": 1, "c": 2}}')
    Document(found={'a': ['NaN'], 'b': {'c': 2}}, twice='c')
    """
    if too_large(text):
        return None
    twice: list[str] = []

    def kept(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in pairs:
            if key in found and not twice:
                twice.append(key)
            found[key] = value
        return found

    try:
        found = json.loads(text.decode(), object_pairs_hook=kept, parse_constant=str)
    except (ValueError, RecursionError):
        return None
    return Document(found, twice[0] if twice else None) if isinstance(found, dict) else None


def too_large(text: bytes) -> str:
    """Return why a text is not read, as the end of a clause; empty if it is: a good one may take too much memory."""
    fits = len(text) <= LONGEST_TEXT and is_modest(text)
    return "" if fits else "is larger than the JSON that winitgen reads"


def oddity(found: Any, form: Form) -> str:
    """Return what of a value is not as the form says, as the end of a clause; empty if nothing is.

    >>> oddity({"a": 1, "b": 2}, Form({"a": is_whole}))
    "has the key 'b', which the format has not"
    """
    if not isinstance(found, dict):
        return "is not a JSON object"
    for key in form.needed:
        if key not in found:
            return f"has no {quoted(key)}"
    known = {**form.needed, **form.others}
    for key, value in found.items():
        kind = known.get(key, form.further)
        if kind is None:
            return f"has the key {quoted(key)}, which the format has not"
        if not kind(value):
            return f"has a value of {quoted(key)} that the format has not"
    return ""


def oddity_of(read: Document | None, form: Form) -> str:
    """Return what of a document, None if it is none, is not as the form says, as the end of a clause; empty if nothing is."""
    if read is None:
        return "is not a JSON object"
    return f"has the key {quoted(read.twice)} twice" if read.twice is not None else oddity(read.found, form)


def just(*values: str | int | bool | None) -> Kind:
    """Return the kind of these values alone; ``1``, ``1.0`` and ``true`` are three."""
    kinds = [(type(value), value) for value in values]
    return lambda found: any(type(found) is kind and found == value for kind, value in kinds)


def is_whole(value: Any) -> bool:
    """Tell whether a value is a whole number, 0 or more."""
    return type(value) is int and value >= 0


def is_truth(value: Any) -> bool:
    """Tell whether a value is true or false."""
    return isinstance(value, bool)


def is_text(value: Any) -> bool:
    """Tell whether a value is a text."""
    return isinstance(value, str)


def is_mapping(value: Any) -> bool:
    """Tell whether a value is an object, whatever is in it."""
    return isinstance(value, dict)


def is_anything(_: Any) -> bool:
    """Take any value."""
    return True


def is_nothing(value: Any) -> bool:
    """Tell whether a value is null."""
    return value is None


def of_form(form: Form) -> Kind:
    """Return the kind of objects of a form."""
    return lambda value: not oddity(value, form)


def list_of(kind: Kind) -> Kind:
    """Return the kind of lists whose entries are of a kind."""
    return lambda value: isinstance(value, list) and all(map(kind, value))


def either(*kinds: Kind) -> Kind:
    """Return what is of one of several kinds."""
    return lambda value: any(kind(value) for kind in kinds)


are_sizes = list_of(is_whole)
"""Tells whether a value is a list of whole numbers, 0 or more, such as a shape."""

"""Keys that stand twice in one object of a JSON text: one reader takes the first of them, another the last."""

from __future__ import annotations

from typing import Any


class TwiceError(Exception):
    """A key occurs twice in one object; the text is the key."""


def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object of its pairs, as an ``object_pairs_hook``; raise `TwiceError` for a key that stands twice."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise TwiceError(key)
        found[key] = value
    return found


def twice(text: bytes) -> str | None:
    """Return a key that stands twice in one object of a JSON text; None if none does, or the text is not JSON.

    >>> twice(b'{"a": {"b": 1, "b": 2}}')
    'b'
    >>> twice(b'{"a": {"b": 1}, "b": 2}')
    """
    import json

    try:
        json.loads(text, object_pairs_hook=unique)
    except TwiceError as error:
        return str(error)
    except (ValueError, RecursionError):
        return None
    return None

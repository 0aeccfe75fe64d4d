"""JSON objects in which each key stands once."""

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

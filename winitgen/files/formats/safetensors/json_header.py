"""The JSON of a header, and what the safetensors library, or another reader, makes of it otherwise."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any, NamedTuple

from winitgen.errors import UnreadableError
from winitgen.files.formats.safetensors.header_rows import ENTRY_KEYS
from winitgen.files.formats.safetensors.json_numbers import is_finite
from winitgen.files.input.open_file import quoted
from winitgen.files.input.other_reading import OtherReading

_DEEPEST = 127
"""Levels of JSON that serde_json reads, by which the library does."""

_OF_FIELDS = frozenset({"__metadata__", "dtype", "shape", "data_offsets"})
"""Keys that the library refuses if they stand twice; of the others it takes the last."""


class JsonHeader(NamedTuple):
    """The entries of a header by their names, its length in bytes, and what may be read of it otherwise."""

    entries: dict[str, Any]
    length: int
    others: list[OtherReading]


def parsed(text: str, length: int, path: str) -> JsonHeader:
    """Return a header; raise `ValueError` if it is not a JSON object, and `UnreadableError` for a field that stands twice."""
    twice: list[str] = []

    def last(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            counted = Counter(key for key, _ in pairs)
            twice.extend(key for key, times in counted.items() if times > 1)
        return found

    entries = json.loads(text, object_pairs_hook=last)
    if not isinstance(entries, dict):
        raise ValueError
    for key in twice:
        if key in _OF_FIELDS:
            raise UnreadableError(
                f"{path} is a damaged safetensors file: its header has the key {quoted(key)} twice"
            )
    others = [
        OtherReading(f"its header has the key {quoted(key)} twice, which the format forbids")
        for key in twice[:1]
    ]
    if not text.startswith("{"):
        others.append(OtherReading("blanks stand in front of its header, which the format forbids"))
    checked = not twice and all(
        isinstance(entry, dict) and len(entry) == len(ENTRY_KEYS)
        for name, entry in entries.items()
        if name != "__metadata__"
    )
    if not (_is_strict(text, checked=checked) and _is_flat(entries)):
        others.append(OtherReading("its header is not JSON to the safetensors library, which refuses it"))
    return JsonHeader(entries, length, others)


def _is_strict(text: str, *, checked: bool) -> bool:
    """Tell whether JSON has nothing that only Python takes for JSON: halves of characters, -0 as a size, or no number of float64.

    ``checked`` says that all numbers are in fields that have to be whole numbers of 64 bits, or else the file is refused.
    """
    try:
        if "\\u" in text:
            json.dumps(json.loads(text), ensure_ascii=False).encode()
        if "-0" in text:
            json.loads(text, parse_int=_not_minus_zero)
        if (
            "NaN" in text
            or "Infinity" in text
            or (not checked and (re.search("[0-9][eE]", text) or re.search("[0-9]{309}", text)))
        ):
            json.loads(text, parse_constant=_no_number, parse_float=_finite, parse_int=_finite)
    except ValueError:
        return False
    return True


def _not_minus_zero(digits: str) -> int:
    if digits == "-0":
        raise ValueError
    return int(digits)


def _no_number(text: str) -> float:
    raise ValueError(text)


def _finite(digits: str) -> float:
    if not is_finite(digits):
        raise ValueError
    return 0.0


def _is_flat(entries: dict[str, Any]) -> bool:
    """Tell whether no value is nested deeper than the library reads; those of tensors are not."""
    waiting: list[tuple[Any, int]] = [
        (value, 3)
        for entry in entries.values()
        if isinstance(entry, dict)
        for key, value in entry.items()
        if key not in _OF_FIELDS
    ]
    while waiting:
        value, depth = waiting.pop()
        if not isinstance(value, dict | list):
            continue
        if depth > _DEEPEST:
            return False
        inner = value.values() if isinstance(value, dict) else value
        waiting += [(one, depth + 1) for one in inner]
    return True

"""Writes a spec, given as a mapping, as YAML in several styles."""

from __future__ import annotations

import json
from typing import Any

STYLES = 4


def as_yaml(spec: dict[str, Any], style: int) -> bytes:
    """Return a spec as text: one line of JSON, keys in lines, layers in lines, or everything in lines."""
    if style == 0:
        return json.dumps(spec).encode()
    lines: list[str] = []
    for key, value in spec.items():
        if style > 1 and isinstance(value, list) and value and isinstance(value[0], dict):
            lines += [f"{_flow(key)}:", *_block(value, 1, deep=style == 3)]
        else:
            lines.append(f"{_flow(key)}: {_flow(value)}")
    return ("\n".join(lines) + "\n").encode(errors="surrogatepass")


def _flow(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else json.dumps(value)


def _block(items: list[Any], depth: int, *, deep: bool) -> list[str]:
    """Return the lines of a list; with ``deep`` its mappings take a line per key."""
    lines = []
    for item in items:
        if not deep or not isinstance(item, dict) or not item:
            lines.append(f"{'  ' * depth}- {_flow(item)}")
            continue
        for index, (key, value) in enumerate(item.items()):
            start = "  " * depth + ("- " if index == 0 else "  ")
            if key in ("layers", "shortcut") and isinstance(value, list) and value:
                lines += [f"{start}{key}:", *_block(value, depth + 2, deep=True)]
            else:
                lines.append(f"{start}{_flow(key)}: {_flow(value)}")
    return lines

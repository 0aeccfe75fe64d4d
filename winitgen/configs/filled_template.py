"""The text of a family's layer-spec with the values of a config as its variables."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from winitgen.configs.family import Template
from winitgen.spec.nodes import Mapping as MappingNode
from winitgen.spec.nodes import Node, Scalar, Sequence


def filled_template(template: Template, given: Mapping[str, Any], dtype: str) -> str:
    """Return the text of a template with values for some of its variables; the others keep their defaults."""
    lines = [
        f"  {name}: {literal(given[name]) if name in given else _source(node)}"
        for name, node in template.variables.items()
    ]
    dtype_line = "" if dtype == "float32" else f"dtype: {dtype}\n"
    return f"{template.before}{dtype_line}vars:\n" + "\n".join(lines) + f"\n{template.after}"


def literal(value: Any) -> str:
    """Return a value as YAML on one line.

    >>> literal(0.02), literal("silu"), literal([1, None]), literal("a b")
    ('0.02', 'silu', '[1, null]', '"a b"')
    """
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(literal, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{literal(key)}: {literal(inner)}' for key, inner in value.items())}}}"
    if (
        isinstance(value, str)
        and re.fullmatch(r"[A-Za-z][A-Za-z_]*[A-Za-z0-9_]*", value)
        and value.lower() not in _WORDS
    ):
        return value
    return json.dumps(value)


_WORDS = ("true", "false", "null")


def _source(node: Node) -> str:
    """Return the text of a node on one line, as its author wrote it but for comments."""
    if isinstance(node, Sequence):
        return f"[{', '.join(_inside(item) for item in node.items)}]"
    if isinstance(node, MappingNode):
        return f"{{{', '.join(f'{_key(key)}: {_inside(value)}' for key, (_, value) in node.pairs.items())}}}"
    assert isinstance(node, Scalar)
    return node.text if node.plain and "\n" not in node.text else json.dumps(node.text)


def _inside(node: Node) -> str:
    """Return the text of a node within brackets, where an expression needs quotes, as does text with a comma."""
    text = _source(node)
    if isinstance(node, Scalar) and node.plain and not text.startswith('"'):
        return json.dumps(text) if _INDICATOR.search(text) else text or "null"
    return text


def _key(key: str) -> str:
    """Return a key within brackets, in quotes unless it is made of letters, digits and the like."""
    return key if re.fullmatch(r"[\w.-]+", key, re.ASCII) else json.dumps(key)


_INDICATOR = re.compile(r"[,\[\]{}#:]")
"""What has a meaning of its own within brackets, and none or less of it elsewhere."""

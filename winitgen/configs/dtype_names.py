"""The names of number formats in a config: of ``float16``, ``torch.float16`` and ``auto``, transformers reads only the first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_FIELDS = frozenset({"dtype", "torch_dtype"})
_AUTO = "auto"
_LEVELS = 4
"""Sections in sections that are looked through: a config of several models has three."""


def plain_dtype(value: Any) -> Any:
    """Return the name of a number format without PyTorch's prefix, None for ``auto``, anything else as it is."""
    if value == _AUTO:
        return None
    return value.removeprefix("torch.") if isinstance(value, str) else value


def with_plain_dtypes(fields: Mapping[str, Any], levels: int = _LEVELS) -> dict[str, Any]:
    """Return the fields of a config, and of its sections, with number formats as transformers reads them.

    It looks a name up as an attribute of ``torch``, in each section, and takes the format of the weights without one.

    >>> with_plain_dtypes({"torch_dtype": "torch.float16", "text_config": {"dtype": "auto", "size": 4}})
    {'torch_dtype': 'float16', 'text_config': {'dtype': None, 'size': 4}}
    """
    found = dict(fields)
    for name, value in fields.items():
        if name in _FIELDS:
            found[name] = plain_dtype(value)
        elif isinstance(value, dict) and levels:
            found[name] = with_plain_dtypes(value, levels - 1)
    return found

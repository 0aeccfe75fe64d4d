"""The arguments of the library's functions: each is of its kind, or a `UsageError` names it.

NumPy's numbers count as numbers. An argument that may be left out may be None.
"""

from __future__ import annotations

from winitgen.arguments.kinds import count, flag, path, text
from winitgen.arguments.lists import numbers, texts
from winitgen.arguments.number_format import Dtype, dtype_name
from winitgen.arguments.plain_values import OversizeError, mapping, variables
from winitgen.arguments.relay import Relay
from winitgen.arguments.shown import shown, whole

__all__ = [
    "Dtype",
    "OversizeError",
    "Relay",
    "count",
    "dtype_name",
    "flag",
    "mapping",
    "numbers",
    "path",
    "shown",
    "text",
    "texts",
    "variables",
    "whole",
]

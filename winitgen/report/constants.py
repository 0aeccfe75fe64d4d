"""Tensors of which all values are one: lines in place of histograms with a single bar."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from winitgen.report.columns import number
from winitgen.report.page import fold, name, text


def is_constant(histogram: Mapping[str, Any]) -> bool:
    """Tell whether all values that a histogram counts are equal."""
    return bool(histogram["low"] == histogram["high"])


def folded(constant: Iterable[tuple[str, Mapping[str, Any]]]) -> str:
    """Return the names of tensors with their histograms as lists by value that open when clicked, empty without any."""
    by_value: dict[float, list[str]] = {}
    for tensor, histogram in constant:
        by_value.setdefault(histogram["low"], []).append(tensor)
    return "\n".join(_fold(value, names) for value, names in by_value.items())


def _fold(value: float, names: list[str]) -> str:
    subject = "1 tensor is" if len(names) == 1 else f"{len(names):,} tensors are"
    items = "".join(f"<li>{name(one) if one else text('(no name)')}</li>" for one in names)
    return fold(f"{subject} {number(value)} throughout", f'<ul class="names">{items}</ul>')

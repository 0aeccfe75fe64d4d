"""Safe access to report values, any of which may be None."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any, NamedTuple

from winitgen.report.plots.labels import plain

Values = dict[str, Any]
"""A report or a part of it."""


class RenderedFigure(NamedTuple):
    """One figure for a page: its title, its alternative text, and the SVG."""

    title: str
    alt: str
    svg: bytes


def value(values: Values | None, *keys: str) -> Any:
    """Return the value at a path of keys, or None if anything on the path is None or missing."""
    for key in keys:
        if values is None:
            return None
        values = values.get(key)
    return values


def stds(layers: Iterable[Values], quantity: str, key: str = "std") -> list[float]:
    """Return one standard deviation per layer, NaN if absent."""
    found = (value(layer, quantity, key) for layer in layers)
    return [math.nan if std is None else float(std) for std in found]


def label(report: Values, run: Values) -> str:
    """Return the label of a run in a figure."""
    return plain(run["label"] or report["model"] or "the spec as written")


def deepest(report: Values) -> list[Values]:
    """Return the layers of the run with the most layers; the axes are labelled with them."""
    return max((run["layers"] for run in report["runs"]), key=len, default=[])


def spread_out(count: int, most: int) -> list[int]:
    """Return at most ``most`` of ``count`` indices, evenly spread, including the first and the last."""
    if count <= most:
        return list(range(count))
    return [round(step * (count - 1) / (most - 1)) for step in range(most)]

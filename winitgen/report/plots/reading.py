"""Getting at a report's values, any of which may be None."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any, NamedTuple

from winitgen.report.plots.labels import plain

Values = dict[str, Any]
"""A report or a part of it."""


class Picture(NamedTuple):
    """One picture for a page: what it is called, what it shows in one sentence, and the SVG itself."""

    title: str
    alt: str
    svg: bytes


def value(part: Values | None, *keys: str) -> Any:
    """Return what lies under these keys, one inside the other; None where anything on the way is."""
    for key in keys:
        if part is None:
            return None
        part = part.get(key)
    return part


def stds(layers: Iterable[Values], part: str, key: str = "std") -> list[float]:
    """Return one standard deviation per layer, NaN where there is none: what a line is drawn through."""
    found = (value(layer, part, key) for layer in layers)
    return [math.nan if std is None else float(std) for std in found]


def label(report: Values, run: Values) -> str:
    """Return what a run is called on a picture."""
    return plain(run["label"] or report["model"] or "the spec as it stands")


def deepest(report: Values) -> list[Values]:
    """Return the layers of the run that has most: those that the others are shown beside."""
    return max((run["layers"] for run in report["runs"]), key=len, default=[])


def spread_out(count: int, most: int) -> list[int]:
    """Return at most ``most`` places among ``count``, evenly spread, the first and the last among them."""
    if count <= most:
        return list(range(count))
    return [round(place * (count - 1) / (most - 1)) for place in range(most)]

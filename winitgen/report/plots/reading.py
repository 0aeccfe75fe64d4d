"""Safe access to report values, any of which may be None."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from winitgen.report.plots.block_names import block_name
from winitgen.report.plots.labels import plain

Values = dict[str, Any]
"""A report or a part of it."""


class RenderedFigure(NamedTuple):
    """One figure for a page: its title, its alternative text, the SVG, and the SVG for a narrow screen."""

    title: str
    alt: str
    svg: bytes
    narrow: bytes


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


def whole(report: Values) -> Values:
    """Return the report before blocks took the place of their layers."""
    return report["drawn"]["whole"] if "drawn" in report else report


def layers_are(report: Values) -> str:
    """Return what the layers of a figure are: ``layer``, or ``block`` if each is the end of one."""
    return str(value(report, "drawn", "what") or "layer")


def short_names(report: Values) -> list[str]:
    """Return the names of the layers on an axis: whole, or of ends of blocks those of the blocks."""
    layers = deepest(report)
    if layers_are(report) == "layer":
        return [layer["layer"] for layer in layers]
    return [block_name(layer["layer"], [other["layer"] for other in layers]) for layer in layers]


def what(report: Values) -> str:
    """Return what the layers of a figure are: by layer, at the ends of 13 blocks, at 5 of 88 layers."""
    count, drawn = len(deepest(report)), report.get("drawn")
    if layers_are(report) == "block":
        return f"at the ends of {count} blocks"
    if drawn is not None and drawn["of"] != count:
        return f"at {count} of {drawn['of']} layers"
    return "by layer"


def same_as(runs: Sequence[Values], quantities: Iterable[str]) -> list[int | None]:
    """Return for each run the first before it that has the same measured spreads everywhere, or None."""
    first: dict[tuple[str, ...], int] = {}
    found: list[int | None] = []
    names = list(quantities)
    for index, run in enumerate(runs):
        key = tuple(repr([value(layer, name, "std") for layer in run["layers"]]) for name in names)
        found.append(first.setdefault(key, index) if run["layers"] else index)
    return [None if before == index else before for index, before in enumerate(found)]


def evenly(count: int, most: int) -> list[int]:
    """Return at most ``most`` of ``count`` indices in even steps from the first, of which the last one moves to the end."""
    step = -(-count // most) if count else 1
    found = list(range(0, count, step))
    return [*found[:-1], count - 1] if found else []


def spread_out(count: int, most: int) -> list[int]:
    """Return at most ``most`` of ``count`` indices, evenly spread, including the first and the last."""
    if count <= most:
        return list(range(count))
    if most == 1:
        return [count - 1]
    return [round(step * (count - 1) / (most - 1)) for step in range(most)]

"""Colours, markers and line styles: told apart by colour-blind readers, and in print without colour."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from matplotlib.figure import FigureBase
    from matplotlib.legend import Legend

from winitgen.report.plots.canvas import WIDTH, text_width

_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000", "#F0E442")
"""The palette of Okabe & Ito 2008, the faintest last."""

_MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
_DASHES: tuple[Any, ...] = (
    "-",
    (0, (5, 1.5)),
    (0, (1, 1)),
    (0, (5, 1.5, 1, 1.5)),
    (0, (8, 2)),
    (0, (3, 1, 1, 1, 1, 1)),
    (0, (2, 2)),
    (0, (8, 2, 2, 2)),
)


class Look(NamedTuple):
    """What one run looks like in every panel."""

    colour: str
    marker: str
    dashes: Any


def look(place: int) -> Look:
    """Return the look of the run with this number; the first 64 all differ."""
    row, turn = place % 8, place // 8
    return Look(_COLOURS[row], _MARKERS[(row + turn) % 8], _DASHES[(row + turn) % 8])


def tint(colour: str, share: float = 0.35) -> str:
    """Return a colour mixed with white: paler, and without transparency."""
    parts = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return "#" + "".join(f"{round(255 + (part - 255) * share):02x}" for part in parts)


def by_depth(count: int) -> list[Any]:
    """Return one colour per layer from dark to light, evenly to the eye, none too faint for paper."""
    from matplotlib import colormaps

    return [colormaps["viridis"](0.9 * place / max(count - 1, 1)) for place in range(count)]


def _columns(labels: list[str]) -> int:
    """Return how many entries of a legend fit beside each other."""
    widest = max(text_width(label, 8.0) for label in labels)
    return max(1, min(len(labels), int((WIDTH - 0.2) / (widest + 0.6))))


def legend_height(labels: list[str]) -> float:
    """Return the inches that `legend_below` takes."""
    return 0.15 + 0.165 * math.ceil(len(labels) / _columns(labels))


def legend_below(figure: FigureBase, handles: list[Any], labels: list[str]) -> Legend:
    """Put a legend under a figure, with as many entries in a line as fit."""
    # matplotlib leaves out labels that begin with an underscore.
    shown = [f" {label}" if label.startswith("_") else label for label in labels]
    return figure.legend(handles, shown, loc="outside lower center", ncols=_columns(shown))

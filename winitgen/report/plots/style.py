"""Colours, markers and line styles, distinguishable by colour-blind readers and in black and white."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from matplotlib.figure import FigureBase
    from matplotlib.legend import Legend

from winitgen.report.plots.canvas import WIDTH, text_width

_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000", "#F0E442")
"""The palette of Okabe & Ito 2008, the lightest last."""

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
    """The colour, marker and line style of one run in every panel."""

    colour: str
    marker: str
    dashes: Any


def look(index: int) -> Look:
    """Return the look of the run with this index; the first 64 all differ."""
    cycle, colour = divmod(index, 8)
    return Look(_COLOURS[colour], _MARKERS[(colour + cycle) % 8], _DASHES[(colour + cycle) % 8])


def tint(colour: str, share: float = 0.35) -> str:
    """Return a colour mixed with white, paler but opaque."""
    channels = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return "#" + "".join(f"{round(255 + (channel - 255) * share):02x}" for channel in channels)


def by_depth(count: int) -> list[Any]:
    """Return one colour per layer from dark to light, perceptually uniform and visible on white paper."""
    from matplotlib import colormaps

    return [colormaps["viridis"](0.9 * index / max(count - 1, 1)) for index in range(count)]


def _columns(labels: list[str]) -> int:
    """Return how many entries of a legend fit side by side."""
    widest = max(text_width(label, 8.0) for label in labels)
    return max(1, min(len(labels), int((WIDTH - 0.2) / (widest + 0.6))))


def legend_height(labels: list[str]) -> float:
    """Return the height of `legend_below` in inches."""
    return 0.15 + 0.165 * math.ceil(len(labels) / _columns(labels))


def legend_below(figure: FigureBase, handles: list[Any], labels: list[str]) -> Legend:
    """Add a legend below a figure, with as many entries in a line as fit."""
    # matplotlib omits labels that begin with an underscore.
    shown = [f" {label}" if label.startswith("_") else label for label in labels]
    return figure.legend(handles, shown, loc="outside lower center", ncols=_columns(shown))

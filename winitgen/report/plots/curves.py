"""Measured points on lines of theory, over a log axis."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from winitgen.report.plots.style import Look, legend_below, legend_height, look
from winitgen.report.plots.ticks import log_ticks, mark

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import FigureBase
    from matplotlib.lines import Line2D

MEASURED, PREDICTED, ZERO = "_measured", "_predicted", "_zero"
"""What the lines of a panel are, by their labels; with this underscore a label is in no legend."""

_LEAST_RANGE = 10.0
"""A log axis spans at least this factor, so that noise of one percent is not made to look large."""


_ZERO_TEXT = "hollow, on the lower edge: 0"


def draw_curves(
    axes: Axes, places: Sequence[float], measured: Sequence[float], predicted: Sequence[float], of: Look
) -> None:
    """Draw one run: points at what was measured, a line through what was predicted.

    NaN is a gap. A zero, which no log axis has, is a hollow marker on the lower edge of the panel.
    """
    axes.plot(places, predicted, color=of.colour, linestyle=of.dashes, linewidth=1.2, label=PREDICTED)
    alone = _alone(predicted)
    bar = {"linestyle": "none", "marker": "_", "markersize": 16, "markeredgewidth": 1.2, "color": of.colour}
    axes.add_line(_line([places[place] for place in alone], [predicted[place] for place in alone], **bar))
    size = 5.0 if len(places) <= 12 else 3.5 if len(places) <= 30 else 2.2
    points = _points(of, size)
    axes.add_line(_line(places, measured, label=MEASURED, **points))
    zeros = [place for place, std in zip(places, measured, strict=True) if std == 0]
    if zeros:
        edge = {"transform": axes.get_xaxis_transform(), "clip_on": False, "zorder": 3, "label": ZERO}
        axes.add_line(_line(zeros, [0.0] * len(zeros), **_hollow(of), **edge))


def key_height(labels: Sequence[str], *, zeros: bool) -> float:
    """Return the inches that `key_below` takes."""
    return legend_height([*labels, *([_ZERO_TEXT] if zeros else [])])


def key_below(figure: FigureBase, labels: Sequence[str], *, zeros: bool) -> None:
    """Say under a figure which look is which run, and what a zero looks like if there is one."""
    looks = [look(place) for place in range(len(labels))]
    handles = [
        _line([], [], linewidth=1.2, **{**_points(one, 5.0), "linestyle": one.dashes}) for one in looks
    ]
    if zeros:
        handles.append(_line([], [], **_hollow(looks[0])))
    legend_below(figure, handles, [*labels, *([_ZERO_TEXT] if zeros else [])])


def _line(places: Sequence[float], values: Sequence[float], **words: Any) -> Line2D:
    from matplotlib.lines import Line2D

    return Line2D(places, values, **words)


def _points(of: Look, size: float) -> dict[str, Any]:
    edge = {"markeredgecolor": "black", "markeredgewidth": 0.4}
    return {"color": of.colour, "linestyle": "none", "marker": of.marker, "markersize": size, **edge}


def _hollow(of: Look) -> dict[str, Any]:
    return {
        **_points(of, 5.0),
        "markerfacecolor": "white",
        "markeredgecolor": of.colour,
        "markeredgewidth": 1.0,
    }


def log_axis(axes: Axes, values: Iterable[float]) -> None:
    """Make the upright axis a log one around the positive values."""
    known = [value for value in values if value > 0]
    low, high = (math.log10(min(known)), math.log10(max(known))) if known else (0.0, 0.0)
    missing = max(0.0, math.log10(_LEAST_RANGE) - (high - low)) / 2
    margin = missing or 0.05 * (high - low)
    bottom, top = 10.0 ** max(low - margin, -307), 10.0 ** min(high + margin, 307)
    axes.set_yscale("log", nonpositive="mask")
    axes.set_ylim(bottom, top)
    mark(axes.yaxis, log_ticks(bottom, top))
    axes.grid(axis="y")


def _alone(numbers: Sequence[float]) -> list[int]:
    """Return the places of numbers without a number beside them, which a line would not show."""
    known = [False, *(number > 0 for number in numbers), False]
    beside = zip(known, known[1:], known[2:], strict=False)
    return list(itertools.compress(itertools.count(), (here and not (a or b) for a, here, b in beside)))

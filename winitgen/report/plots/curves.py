"""Measured points and predicted lines on a log axis."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from winitgen.report.plots.style import Look, legend_below, legend_height, look
from winitgen.report.plots.ticks import log_ticks, set_ticks

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import FigureBase
    from matplotlib.lines import Line2D

MEASURED, PREDICTED, ZERO = "_measured", "_predicted", "_zero"
"""Labels of the lines in a panel; matplotlib omits labels with an underscore from legends."""

_LEAST_RANGE = 10.0
"""A log axis spans at least this factor, so that one percent of noise does not look large."""


_ZERO_TEXT = "hollow, on the lower edge: 0"


def draw_curves(
    axes: Axes, positions: Sequence[float], measured: Sequence[float], predicted: Sequence[float], of: Look
) -> None:
    """Draw one run: points at the measured values, a line through the predicted ones.

    NaN is a gap. A zero, which a log axis cannot show, is a hollow marker on the lower edge of the panel.
    """
    axes.plot(positions, predicted, color=of.colour, linestyle=of.dashes, linewidth=1.2, label=PREDICTED)
    isolated = _isolated(predicted)
    bar = {"linestyle": "none", "marker": "_", "markersize": 16, "markeredgewidth": 1.2, "color": of.colour}
    axes.add_line(_line([positions[i] for i in isolated], [predicted[i] for i in isolated], **bar))
    size = 5.0 if len(positions) <= 12 else 3.5 if len(positions) <= 30 else 2.2
    points = _points(of, size)
    axes.add_line(_line(positions, measured, label=MEASURED, **points))
    zeros = [position for position, std in zip(positions, measured, strict=True) if std == 0]
    if zeros:
        edge = {"transform": axes.get_xaxis_transform(), "clip_on": False, "zorder": 3, "label": ZERO}
        axes.add_line(_line(zeros, [0.0] * len(zeros), **_hollow(of), **edge))


def key_height(labels: Sequence[str], *, zeros: bool) -> float:
    """Return the height of `key_below` in inches."""
    return legend_height([*labels, *([_ZERO_TEXT] if zeros else [])])


def key_below(figure: FigureBase, labels: Sequence[str], *, zeros: bool) -> None:
    """Add a legend of the runs below a figure, with an entry for zeros if there are any."""
    looks = [look(index) for index in range(len(labels))]
    handles = [
        _line([], [], linewidth=1.2, **{**_points(one, 5.0), "linestyle": one.dashes}) for one in looks
    ]
    if zeros:
        handles.append(_line([], [], **_hollow(looks[0])))
    legend_below(figure, handles, [*labels, *([_ZERO_TEXT] if zeros else [])])


def _line(positions: Sequence[float], values: Sequence[float], **properties: Any) -> Line2D:
    from matplotlib.lines import Line2D

    return Line2D(positions, values, **properties)


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
    """Set a logarithmic vertical axis that covers the positive values."""
    known = [value for value in values if value > 0]
    low, high = (math.log10(min(known)), math.log10(max(known))) if known else (0.0, 0.0)
    missing = max(0.0, math.log10(_LEAST_RANGE) - (high - low)) / 2
    margin = missing or 0.05 * (high - low)
    bottom, top = 10.0 ** max(low - margin, -307), 10.0 ** min(high + margin, 307)
    axes.set_yscale("log", nonpositive="mask")
    axes.set_ylim(bottom, top)
    set_ticks(axes.yaxis, log_ticks(bottom, top))
    axes.grid(axis="y")


def _isolated(numbers: Sequence[float]) -> list[int]:
    """Return the indices of numbers without a neighbour, which a line would not show."""
    known = [False, *(number > 0 for number in numbers), False]
    triples = zip(known, known[1:], known[2:], strict=False)
    return list(itertools.compress(itertools.count(), (here and not (a or b) for a, here, b in triples)))

"""Measured points and predicted lines on a log axis."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from winitgen.report.plots.bands import OPACITY, THIN
from winitgen.report.plots.canvas import background, ink
from winitgen.report.plots.style import Look, faint, legend_below, legend_height, look
from winitgen.report.plots.ticks import log_ticks, set_ticks

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import FigureBase
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

MEASURED, PREDICTED, ZERO = "_measured", "_predicted", "_zero"
"""Labels of the lines in a panel; matplotlib omits labels with an underscore from legends."""

_LEAST_RANGE = 10.0
"""A log axis spans at least this factor, so that one percent of noise does not look large."""


POINTS_TEXT, LINES_TEXT = "points: measured", "lines: mean-field theory"
ACROSS_TEXT = f"{LINES_TEXT}, straight where it predicts nothing"
MEANS_TEXT, THIN_TEXT = "points: mean of the seeds", "thin line: through the means"
_ZERO_TEXT = "hollow, on the lower edge: 0"


def draw_curves(
    axes: Axes, positions: Sequence[float], measured: Sequence[float], predicted: Sequence[float], of: Look
) -> None:
    """Draw one run: points at the measured values, a line through the predicted ones.

    NaN is what is not known: the line goes on to the next prediction. A zero, which a log axis cannot show, is a hollow marker
    on the lower edge of the panel.
    """
    known = [(place, std) for place, std in zip(positions, predicted, strict=True) if not math.isnan(std)]
    places, stds = [place for place, _ in known], [std for _, std in known]
    axes.plot(places, stds, color=of.colour, linestyle=of.dashes, linewidth=1.2, label=PREDICTED)
    if sum(std > 0 for std in stds) == 1:  # a line through one point has no length
        bar = {
            "linestyle": "none",
            "marker": "_",
            "markersize": 16,
            "markeredgewidth": 1.2,
            "color": of.colour,
        }
        axes.add_line(_line(places, stds, **bar))
    size = 5.0 if len(positions) <= 12 else 3.5 if len(positions) <= 30 else 2.2
    points = _points(of, size)
    axes.add_line(_line(positions, measured, label=MEASURED, **points))
    zeros = [position for position, std in zip(positions, measured, strict=True) if std == 0]
    if zeros:
        edge = {"transform": axes.get_xaxis_transform(), "clip_on": False, "zorder": 3, "label": ZERO}
        axes.add_line(_line(zeros, [0.0] * len(zeros), **_hollow(of), **edge))


def theory_text(predicted: Iterable[Sequence[float]]) -> str:
    """Return what the legend says of the lines through these predictions, nothing if there are none; NaN is what is not known."""
    lines = list(predicted)
    if all(math.isnan(std) for line in lines for std in line):
        return ""
    return ACROSS_TEXT if any(_gaps(line) for line in lines) else LINES_TEXT


def _gaps(line: Sequence[float]) -> bool:
    known = [index for index, std in enumerate(line) if not math.isnan(std)]
    return bool(known) and len(known) <= known[-1] - known[0]


def key_height(labels: Sequence[str], *, zeros: bool, theory: str, seeds: int = 0) -> float:
    """Return the height of `key_below` in inches."""
    return legend_height([*labels, *_explained(zeros=zeros, theory=theory, seeds=seeds)])


def _explained(*, zeros: bool, theory: str, seeds: int) -> list[str]:
    """Return what the legend says of points, lines and bands."""
    return [
        *(
            [MEANS_TEXT, THIN_TEXT, f"band and bars: least to greatest of {seeds} seeds"]
            if seeds
            else [POINTS_TEXT]
        ),
        *([theory] if theory else []),
        *([_ZERO_TEXT] if zeros else []),
    ]


def key_below(figure: FigureBase, labels: Sequence[str], *, zeros: bool, theory: str, seeds: int = 0) -> None:
    """Add a legend below a figure: the runs, what points, lines and bands are, and zeros if there are any.

    ``seeds`` is the number of seeds of which there are bands, 0 if there are none.
    """
    looks = [look(index) for index in range(len(labels))]
    handles: list[Line2D | Patch] = [
        _line([], [], linewidth=1.2, **{**_points(one, 5.0), "linestyle": one.dashes}) for one in looks
    ]
    any_ = Look(faint(), "o", "-")
    handles.append(_line([], [], **_points(any_, 5.0)))
    if seeds:
        handles += [_line([], [], color=any_.colour, **THIN), _patch(any_.colour)]
    if theory:
        handles.append(_line([], [], color=any_.colour, linewidth=1.2))
    if zeros:
        handles.append(_line([], [], **_hollow(any_)))
    legend_below(figure, handles, [*labels, *_explained(zeros=zeros, theory=theory, seeds=seeds)])


def _patch(colour: str) -> Patch:
    from matplotlib.patches import Patch

    return Patch(color=colour, alpha=OPACITY, linewidth=0)


def _line(positions: Sequence[float], values: Sequence[float], **properties: Any) -> Line2D:
    from matplotlib.lines import Line2D

    return Line2D(positions, values, **properties)


def _points(of: Look, size: float) -> dict[str, Any]:
    edge = {"markeredgecolor": ink(), "markeredgewidth": 0.4}
    return {"color": of.colour, "linestyle": "none", "marker": of.marker, "markersize": size, **edge}


def _hollow(of: Look) -> dict[str, Any]:
    return {
        **_points(of, 5.0),
        "markerfacecolor": background(),
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

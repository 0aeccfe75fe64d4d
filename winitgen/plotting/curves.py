"""Measured points on lines of theory, over a log axis."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from winitgen.plotting.style import Look
from winitgen.plotting.ticks import log_ticks, mark

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MEASURED, PREDICTED, ZERO = "measured", "predicted", "zero"
"""What the lines of a panel are, by their group id."""

_LEAST_RANGE = 10.0
"""A log axis spans at least this factor, so that noise of one percent is not made to look large."""


def draw_curves(
    axes: Axes, places: Sequence[float], measured: Sequence[float], predicted: Sequence[float], look: Look
) -> None:
    """Draw one run: points at what was measured, a line through what was predicted.

    NaN is a gap. A zero, which no log axis has, is an open marker at the bottom of the panel.
    """
    axes.plot(places, predicted, color=look.colour, linestyle=look.dashes, linewidth=1.2, gid=PREDICTED)
    alone = _alone(predicted)
    if alone:
        axes.plot(
            [places[place] for place in alone],
            [predicted[place] for place in alone],
            color=look.colour,
            linestyle="none",
            marker="_",
            markersize=16,
            markeredgewidth=1.2,
        )
    size = 5.0 if len(places) <= 12 else 3.5 if len(places) <= 30 else 2.2
    axes.plot(
        places,
        measured,
        color=look.colour,
        linestyle="none",
        marker=look.marker,
        markersize=size,
        markeredgecolor="black",
        markeredgewidth=0.4,
        gid=MEASURED,
    )
    zeros = [place for place, std in zip(places, measured, strict=True) if std == 0]
    if zeros:
        _draw_zeros(axes, zeros, look)


def _draw_zeros(axes: Axes, places: Sequence[float], look: Look) -> None:
    """Put an open marker on the lower edge of the panel at each of these places."""
    axes.plot(
        places,
        [0.0] * len(places),
        transform=axes.get_xaxis_transform(),
        color=look.colour,
        markerfacecolor="white",
        linestyle="none",
        marker="v",
        markersize=5,
        clip_on=False,
        zorder=3,
        gid=ZERO,
    )


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

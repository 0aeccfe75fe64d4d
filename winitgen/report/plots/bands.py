"""The spread of several seeds in a plot: a band from the least to the greatest value, and a line through the means."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from winitgen.report.plots.reading import Values, value
from winitgen.report.plots.style import Look

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BAND = "_band"
"""Label of a band; matplotlib omits labels with an underscore from legends."""

OPACITY = 0.22
"""How much a band covers."""

THIN: dict[str, Any] = {"linewidth": 0.8, "alpha": 0.6}
"""The line through the means."""

Ends = list[tuple[float, float]]
"""The least and the greatest value at each position, NaN if there is none."""


def ends(layers: Iterable[Values | None], quantity: str) -> Ends:
    """Return the ends of the standard deviation of a quantity among the seeds, for each layer."""
    found = (value(layer, "spread", quantity, "std") for layer in layers)
    return [(math.nan, math.nan) if one is None else (float(one["min"]), float(one["max"])) for one in found]


def draw_band(
    axes: Axes, positions: Sequence[float], measured: Sequence[float], band: Ends, of: Look
) -> list[float]:
    """Draw a band and its mean line if there are any; return the values that the axis has to hold.

    A band at one position alone would have no width: every position also has a bar.
    """
    known = [high for _, high in band if not math.isnan(high)]
    if not known:
        return []
    lows = [low if low > 0 else math.nan for low, _ in band]  # a log axis ends above 0
    floor = min([*(low for low in lows if low > 0), *(high for high in known if high > 0)], default=math.nan)
    lows = [floor if math.isnan(low) and high > 0 else low for low, (_, high) in zip(lows, band, strict=True)]
    highs = [high if high > 0 else math.nan for _, high in band]
    pale: dict[str, Any] = {"color": of.colour, "alpha": OPACITY, "linewidth": 0, "zorder": 1, "label": BAND}
    axes.fill_between(positions, lows, highs, **pale)
    axes.vlines(positions, lows, highs, color=of.colour, alpha=0.6, linewidth=1.0, label=BAND)
    axes.plot(positions, measured, color=of.colour, label=BAND, **THIN)
    return [*lows, *highs]


def of_seeds(report: Values) -> str:
    """Return what a title says of the bands; empty without several seeds."""
    count = seeds_of(report)
    return f"mean and range of {count} seeds" if count else ""


def seeds_of(report: Values) -> int:
    """Return of how many seeds there are bands, 0 of a single seed."""
    count = len(report.get("seeds", ()))
    return count if count > 1 else 0

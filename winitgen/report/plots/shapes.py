"""Histograms and densities drawn on axes, each as one path."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from winitgen.numeric.arrays import Array
from winitgen.report.plots.reading import Values, value
from winitgen.report.plots.style import tint

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NARROWEST = 1e-290
"""A histogram narrower than this is drawn as one value, as axes cannot resolve it."""

LARGEST = 1e290
"""A histogram that reaches beyond this is not drawn, as axes cannot hold it and a margin."""

_RIDGE = 0.9
"""Height of a histogram over its line, where such lines are 1 apart."""

_SPREAD = 5.0
"""Standard deviations shown on either side of the mean."""


class PlotRange(NamedTuple):
    """The range of values shown on an axis."""

    low: float
    high: float


class PanelScale(NamedTuple):
    """The axis of a panel: its window, and whether other panels that are compared with it have the same."""

    window: PlotRange
    shared: bool


OWN = " (on a scale of its own)"
"""What the label of an axis says of a scale that is not shared."""

_FURTHEST = 50.0
"""How much narrower than the widest a window may be to share its axis: a bell is then a needle of a few dots."""


class Spike(NamedTuple):
    """One bin far higher than all others, such as the zeros of a ReLU: its edges and its share."""

    low: float
    high: float
    share: float


def constant(histogram: Values) -> bool:
    """Whether all values are equal."""
    return bool(histogram["high"] - histogram["low"] < NARROWEST)


def beyond(histogram: Values) -> bool:
    """Whether the values reach further than axes do."""
    return bool(max(abs(histogram["low"]), abs(histogram["high"])) > LARGEST)


def edges(histogram: Values) -> Array:
    """Return the edges of the bins, one more than there are bins."""
    return np.linspace(histogram["low"], histogram["high"], len(histogram["counts"]) + 1)


def spike(histogram: Values) -> Spike | None:
    """Return the bin that would flatten all others, if there is one.

    Its count is over four times the next highest, and at least a tenth of the values are in other bins.
    """
    counts = np.asarray(histogram["counts"], np.float64)
    if beyond(histogram) or constant(histogram) or counts.size < 2 or not counts.any():
        return None
    top = int(counts.argmax())
    share = float(counts[top] / counts.sum())
    if share > 0.9 or counts[top] <= 4 * np.delete(counts, top).max():
        return None
    low, high = (float(edge) for edge in edges(histogram)[top : top + 2])
    return Spike(low, high, share)


def peak(histogram: Values) -> float:
    """Return the highest count, apart from a spike's."""
    counts = sorted(histogram["counts"])
    return float(counts[-2] if spike(histogram) else counts[-1])


def window(moments: Values | None) -> PlotRange | None:
    """Return the range of the values within five standard deviations of the mean, or None if it cannot be drawn."""
    histogram = value(moments, "histogram")
    if histogram is None or beyond(histogram):
        return None
    low, high = histogram["low"], histogram["high"]
    mean, std = value(moments, "mean"), value(moments, "std")
    if mean is None or std is None:
        return PlotRange(low, high)
    return PlotRange(max(low, min(mean - _SPREAD * std, high)), min(high, max(mean + _SPREAD * std, low)))


def union(windows: Iterable[PlotRange | None]) -> PlotRange | None:
    """Return the smallest window that contains all windows."""
    known = [window for window in windows if window is not None]
    return PlotRange(min(low for low, _ in known), max(high for _, high in known)) if known else None


def width(window: PlotRange) -> float:
    """Return how wide a range is."""
    return window.high - window.low


def alike(windows: Sequence[PlotRange | None]) -> list[PanelScale | None]:
    """Return one scale for all windows, so that what is wider looks wider.

    A window far narrower than that, in which nothing would be seen, has a scale of its own.
    """
    known = [window for window in windows if window is not None]
    widest = max(map(width, known), default=0.0)
    common = union(window for window in known if _FURTHEST * width(window) >= widest)
    return [None if window is None else _scale(window, common, widest) for window in windows]


def _scale(window: PlotRange, common: PlotRange | None, widest: float) -> PanelScale:
    if common is None or _FURTHEST * width(window) < widest:
        return PanelScale(window, shared=False)
    return PanelScale(common, shared=True)


def padded(shown: PlotRange) -> PlotRange:
    """Return a window with a margin of 3 %; around a single value the margin is half of it, or 1 near zero."""
    width = shown.high - shown.low
    single = 0.5 * abs(shown.low) if abs(shown.low) > NARROWEST else 1.0
    margin = 0.03 * width if width > NARROWEST else single
    return PlotRange(shown.low - margin, shown.high + margin)


def filled(axes: Axes, histogram: Values, colour: str, edge: str) -> float:
    """Draw the density of measured values as a filled area; return the height of the axis."""
    if constant(histogram):
        axes.axvline(histogram["low"], color=edge, linewidth=2.0)
        return 1.0
    bins, counts = edges(histogram), np.asarray(histogram["counts"], np.float64)
    scale = max(float(counts.sum()), 1.0) * float(bins[1] - bins[0])
    axes.stairs(counts / scale, bins, fill=True, facecolor=colour, edgecolor=edge, linewidth=0.6)
    return peak(histogram) / scale or 1.0


def ridge(axes: Axes, histogram: Values, colour: Any, place: float) -> None:
    """Draw a histogram as an area that stands on ``place`` of an axis that points down; its peak, apart from a spike's, is 0.9 high."""
    if constant(histogram):
        axes.plot([histogram["low"]] * 2, [place, place - _RIDGE], color=colour, linewidth=1.4)
        return
    counts = np.asarray(histogram["counts"], np.float64)
    heights = np.minimum(counts / (peak(histogram) or 1.0), 1.0)
    area = {"facecolor": tint(colour, 0.6), "edgecolor": colour, "linewidth": 0.7}
    axes.stairs(place - _RIDGE * heights, edges(histogram), baseline=place, fill=True, **area)


def density(kind: Values, points: Array) -> Array | None:
    """Return a planned density at these points, or None if its width is zero.

    The density of a truncated normal is the normal density over the probability between the bounds.
    """
    if kind["kind"] == "uniform":
        width = kind["high"] - kind["low"]
        return (
            np.where((points >= kind["low"]) & (points <= kind["high"]), 1 / width, 0.0)
            if width > 0
            else None
        )
    mean, std = kind["mean"], kind["std"]
    if not std:
        return None
    normal = np.exp(-(((points - mean) / std) ** 2) / 2) / (std * math.sqrt(2 * math.pi))
    if kind["kind"] == "normal":
        return np.asarray(normal)
    low, high = ((kind[end] - mean) / (std * math.sqrt(2)) for end in ("low", "high"))
    inside = (points >= kind["low"]) & (points <= kind["high"])
    share = (math.erf(high) - math.erf(low)) / 2
    return np.where(inside, normal / share, 0.0) if share > 0 else None

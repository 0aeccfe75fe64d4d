"""Histograms and densities as shapes on axes: each is one path."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from winitgen.numeric.arrays import Array
from winitgen.report.plots.reading import Values, value

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NARROWEST = 1e-290
"""A histogram that is no wider is drawn as one value: nothing on axes is finer."""

_SPREAD = 5.0
"""Standard deviations on either side of the mean that are looked at."""


class PlotRange(NamedTuple):
    """The part of an axis that is looked at."""

    low: float
    high: float


class Spike(NamedTuple):
    """One bin that towers above all others, such as the zeros of a ReLU: where, and its share."""

    low: float
    high: float
    share: float


def constant(histogram: Values) -> bool:
    """Whether all values are one."""
    return bool(histogram["high"] - histogram["low"] < NARROWEST)


def edges(histogram: Values) -> Array:
    """Return the borders of the bins, one more than there are bins."""
    return np.linspace(histogram["low"], histogram["high"], len(histogram["counts"]) + 1)


def spike(histogram: Values) -> Spike | None:
    """Return the bin that would press all others flat, if there is one.

    It holds over four times as much as the next, and leaves at least a tenth of the values to the rest.
    """
    counts = np.asarray(histogram["counts"], np.float64)
    if constant(histogram) or counts.size < 2 or not counts.any():
        return None
    top = int(counts.argmax())
    share = float(counts[top] / counts.sum())
    if share > 0.9 or counts[top] <= 4 * np.delete(counts, top).max():
        return None
    low, high = (float(border) for border in edges(histogram)[top : top + 2])
    return Spike(low, high, share)


def peak(histogram: Values) -> float:
    """Return the highest count, without a spike's."""
    counts = sorted(histogram["counts"])
    return float(counts[-2] if spike(histogram) else counts[-1])


def window(moments: Values | None) -> PlotRange | None:
    """Return where the values lie, without what is over five standard deviations away."""
    histogram = value(moments, "histogram")
    if histogram is None:
        return None
    low, high = histogram["low"], histogram["high"]
    mean, std = value(moments, "mean"), value(moments, "std")
    if mean is None or std is None:
        return PlotRange(low, high)
    return PlotRange(max(low, min(mean - _SPREAD * std, high)), min(high, max(mean + _SPREAD * std, low)))


def union(windows: Iterable[PlotRange | None]) -> PlotRange | None:
    """Return the smallest window that shows them all."""
    known = [one for one in windows if one is not None]
    return PlotRange(min(one.low for one in known), max(one.high for one in known)) if known else None


def alike(windows: Sequence[PlotRange | None]) -> list[PlotRange | None]:
    """Return one window for all where their widths are within a factor of four, else each its own."""
    known = [one for one in windows if one is not None]
    widths = [one.high - one.low for one in known]
    if not known or max(widths) > 4 * min(widths):
        return list(windows)
    return [None if one is None else union(known) for one in windows]


def padded(seen: PlotRange) -> PlotRange:
    """Return a window with a margin of 3 %, and one of some width around a single value."""
    width = seen.high - seen.low
    margin = 0.03 * width if width > NARROWEST else 0.5 * abs(seen.low) or 1.0
    return PlotRange(seen.low - margin, seen.high + margin)


def filled(axes: Axes, histogram: Values, colour: str, edge: str) -> float:
    """Draw a density of measured values, filled; return how high the axis should go."""
    if constant(histogram):
        axes.axvline(histogram["low"], color=edge, linewidth=2.0)
        return 1.0
    borders, counts = edges(histogram), np.asarray(histogram["counts"], np.float64)
    scale = max(float(counts.sum()), 1.0) * float(borders[1] - borders[0])
    axes.stairs(counts / scale, borders, fill=True, facecolor=colour, edgecolor=edge, linewidth=0.6)
    return peak(histogram) / scale or 1.0


def outlined(axes: Axes, histogram: Values, colour: Any) -> None:
    """Draw a histogram as a line whose peak is 1, without a spike's."""
    if constant(histogram):
        axes.axvline(histogram["low"], color=colour, linewidth=1.4)
        return
    counts = np.asarray(histogram["counts"], np.float64)
    axes.stairs(counts / (peak(histogram) or 1.0), edges(histogram), color=colour, linewidth=1.0)


def density(kind: Values, points: Array) -> Array | None:
    """Return a planned density at these points, None where it has no width.

    A truncated normal's is that of its parent over the share between its bounds.
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

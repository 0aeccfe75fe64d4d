"""One panel of the figure deck: a histogram with its density, the text above it, and the band of steep slopes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from winitgen.catalog.activations import ACTIVATIONS
from winitgen.numeric.arrays import Array
from winitgen.probing.activations import FLAT
from winitgen.report.plots import shapes
from winitgen.report.plots.canvas import ink, page_width, text_width
from winitgen.report.plots.labels import number, percent
from winitgen.report.plots.reading import Values, value
from winitgen.report.plots.style import beside, faint, look, shade, tint
from winitgen.report.plots.ticks import fitting_ticks, set_ticks

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_PANEL = 2.2
"""Greatest width of the text above a panel, in inches; of the panel itself it is the usual one."""

NARROW = 1.6
"""Least width of a panel in inches."""


def draw_panel(
    axes: Axes, what: str, cell: Values | None, scale: shapes.PanelScale | None, run: int, missing: str
) -> None:
    """Draw one histogram, and over it the planned or predicted density; ``run`` chooses the colour."""
    axes.set_xlabel(what + ("" if scale is None or scale.shared else shapes.OWN))
    axes.set_yticks([])
    histogram = value(cell, "histogram")
    if histogram is None or scale is None:
        axes.set_xticks([])
        text = missing if histogram is None else f"beyond {shapes.LARGEST:g}"
        axes.text(0.5, 0.5, text, transform=axes.transAxes, ha="center", va="center", color=faint())
        return
    low, high = shapes.padded(scale.window)
    axes.set_xlim(low, high)
    set_ticks(axes.xaxis, fitting_ticks(low, high, 5, min(_PANEL, page_width() / beside(4, NARROW) - 0.4)))
    colour = look(run).colour
    top = shapes.filled(axes, histogram, tint(colour), colour)
    kind = value(cell, "density")
    points = _points(low, high, kind)
    curve = None if kind is None else shapes.density(kind, points)
    if curve is not None:
        axes.plot(points, curve, color=ink(), linewidth=1.1)
        top = max(top, float(curve.max()))
    axes.set_ylim(0, 1.08 * top)


def _points(low: float, high: float, kind: Values | None) -> Array:
    """Return where a density is computed: over the axis, and closer where a bell takes little of it."""
    points = np.linspace(low, high, 101)
    std = value(kind, "std")
    if std is None or 12 * std > high - low:
        return np.linspace(low, high, 201)
    bell = kind["mean"] + std * np.linspace(-5, 5, 101) if kind is not None else points
    return np.unique(np.concatenate([points, bell[(bell > low) & (bell < high)]]))


def mark_band(axes: Axes, band: shapes.PlotRange) -> None:
    """Mark a band behind the values, with its edges, which stay visible where it covers the panel or is narrow."""
    axes.axvspan(*band, facecolor=shade(), linewidth=0, zorder=0.5)
    low, high = axes.get_xlim()
    for end in band:
        if low < end < high:
            axes.axvline(end, color=faint(), linewidth=0.6, linestyle=(0, (2, 2)), zorder=0.6)


def texts_above(cells: list[Values | None], entry: Values | None) -> list[str]:
    """Return the text above each panel: the measured and the predicted statistics."""
    texts = ["" if cell is None else f"std {number(cell['std'])}" for cell in cells]
    expected = value(cells[2], "predicted_std")
    if expected is not None:
        texts[2] += f", predicted {number(expected)}"
    extreme, histogram = value(entry, "at_the_ends"), value(cells[3], "histogram")
    if extreme is not None:
        longer = f"{texts[3]}, {percent(extreme)} {_beyond(value(entry, 'activation'))}"
        texts[3] = (
            longer
            if text_width(longer, 8.0) < min(_PANEL, page_width() / beside(4, NARROW) - 0.3)
            else f"{texts[3]}, {percent(extreme)} at the ends"
        )
    elif histogram is not None and (found := shapes.spike(histogram)):
        at = "0" if found.low <= 0 <= found.high else number(found.low)
        texts[3] += f", {percent(found.share)} at {at} (cut off)"
    return texts


def _beyond(activation: str) -> str:
    """Return where the ends of an activation's range begin: at one percent of the range from either limit."""
    ends = ACTIVATIONS[activation].ends
    assert ends is not None, "only an activation with ends has a share of outputs there"
    margin = FLAT * (ends[1] - ends[0])
    low, high = ends[0] + margin, ends[1] - margin
    return f"beyond ±{high:g}" if low == -high else f"beyond {low:g}/{high:g}"

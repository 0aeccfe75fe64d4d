"""One layer under several schemes: histograms of its weights, the input, pre-activations and activations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from winitgen.catalog.activations import ACTIVATIONS
from winitgen.numeric.arrays import Array
from winitgen.probing.activations import FLAT
from winitgen.report.plots import shapes
from winitgen.report.plots.canvas import ink, page_width, text_width
from winitgen.report.plots.choice import is_table
from winitgen.report.plots.labels import number, percent, plain, span
from winitgen.report.plots.reading import Values, label, value
from winitgen.report.plots.seen import verdicts
from winitgen.report.plots.steepness import steep
from winitgen.report.plots.style import (
    beside,
    faint,
    head_height,
    headed,
    legend_below,
    legend_height,
    look,
    shade,
    tint,
)
from winitgen.report.plots.ticks import fitting_ticks, set_ticks
from winitgen.report.probe_spread import verdict

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import FigureBase

COLUMNS = ("weight", "input of the network", "pre-activation", "activation")
"""The panels of a row, by the labels of their axes."""

_PANEL = 2.2
"""Greatest width of the text above a panel, in inches; of the panel itself it is the usual one."""

_NARROW = 1.6
"""Least width of a panel in inches."""


def shown_layer(report: Values, layer: str | None = None) -> str | None:
    """Return the layer to draw, or None if there is none.

    That is ``layer``, or else the first that has one kernel, then the first that has several, as an attention has: no panel
    could show all of them. A table, such as an embedding, is no kernel.
    """
    for run in report["runs"]:
        kernels = _kernels(run)
        for name in kernels if layer is None else [layer]:
            if len(kernels.get(name, ())) == 1 or (name in kernels and name == layer):
                return name
        if kernels and layer is None:
            return next(iter(kernels))
    return None


def _kernels(run: Values) -> dict[str, list[Values]]:
    """Return the kernels of the measured layers, by layer."""
    known = {entry["layer"] for entry in run["layers"] if not is_table(entry)}
    kernels: dict[str, list[Values]] = {}
    for weight in run["weights"]:
        if weight["layer"] in known and len(weight["shape"]) > 1:
            kernels.setdefault(weight["layer"], []).append(weight)
    return kernels


def applies(report: Values) -> bool:
    """Whether there is a layer to draw."""
    return shown_layer(report) is not None


def title(report: Values, layer: str | None = None) -> str:
    """Return the title of the figure: what the runs come to."""
    name = shown_layer(report, layer)

    def told(runs: Sequence[Values]) -> str:
        entries = [_entry(run, name) for run in runs]
        texts = [f"pre-activation std {span([value(entry, 'pre', 'std') for entry in entries])}"]
        ends = [
            entry["at_the_ends"]
            for entry in entries
            if entry is not None and entry["at_the_ends"] is not None
        ]
        activation = next((entry["activation"] for entry in entries if entry is not None), "")
        if ends:
            least, most = percent(min(ends)), percent(max(ends))
            texts.append(
                f"{most if least == most else f'at most {most}'} of the {plain(activation)}'s values at its ends"
            )
        return ", ".join(texts)

    return f"Layer {plain(name or '')}: {verdicts(report, told)}"


def alt(report: Values, layer: str | None = None) -> str:
    """Return the alternative text: the figure in one sentence."""
    name = shown_layer(report, layer)
    parts = []
    for run in report["runs"]:
        found = _row(report, run, name)
        spread = number(value(found[2] or found[3], "std"))
        extreme = value(_entry(run, name), "at_the_ends")
        ends = (
            ""
            if extreme is None
            else f" and {percent(extreme)} of the activations at the ends of their range"
        )
        parts.append(f"{label(report, run)}: {spread}{ends}")
    what = "pre-activations"
    return (
        f"Histograms of layer {plain(name or '')}; standard deviation of its {what} with {'; '.join(parts)}."
    )


def height(report: Values, layer: str | None = None) -> float:
    """Return the height of the figure in inches."""
    name = shown_layer(report, layer)
    rows = 4 // beside(4, _NARROW)
    heads = sum(head_height(_heading(report, run, name), 8.5) for run in report["runs"])
    key = legend_height(list(_explained(report, name)))
    return 0.45 + (0.2 + 1.55 * rows) * len(report["runs"]) + heads + key + head_height(title(report, layer))


def draw(figure: FigureBase, report: Values, layer: str | None = None) -> None:
    """Draw one row of four panels for each run."""
    name = shown_layer(report, layer)
    headed(figure, title(report, layer))
    rows = [_row(report, run, name) for run in report["runs"]]
    columns = [shapes.alike([shapes.window(cell) for cell in column]) for column in zip(*rows, strict=True)]
    subfigures: Any = figure.subfigures(len(rows), 1, squeeze=False)
    side_by_side = beside(4, _NARROW)
    for index, (run, cells) in enumerate(zip(report["runs"], rows, strict=True)):
        subfigure = subfigures[index, 0]
        headed(subfigure, _heading(report, run, name), 8.5)
        panels = subfigure.subplots(4 // side_by_side, side_by_side, squeeze=False).flatten()
        texts = _numbers(cells, _entry(run, name))
        for axes, what, cell, scales, text in zip(panels, COLUMNS, cells, columns, texts, strict=True):
            _panel(axes, what, cell, scales[index], index, _missing(report, what))
            axes.set_title(text)
        if (band := _band(_entry(run, name))) is not None:
            _mark(panels[2], band)
        for axes in panels[::side_by_side]:
            axes.set_ylabel("density")
        subfigure.align_xlabels(panels)
    _legend(figure, report, name)


def _missing(report: Values, what: str) -> str:
    """Return what stands in a panel without values: of the input, what it is."""
    return plain(report["input"]) if what == COLUMNS[1] else "none"


def _entry(run: Values, name: str | None) -> Values | None:
    return next((layer for layer in run["layers"] if layer["layer"] == name), None)


def _row(report: Values, run: Values, name: str | None) -> list[Values | None]:
    """Return the statistics of the four panels, each with its ``density`` if known."""
    weight = next((one for one in run["weights"] if one["layer"] == name and len(one["shape"]) > 1), None)
    sample = run["sample"]
    if sample is not None and report["input"] == "standard Gaussian":
        sample = {**sample, "density": {"kind": "normal", "mean": 0.0, "std": 1.0}}
    entry = _entry(run, name)
    pre = value(entry, "pre")
    if None not in (mean := value(pre, "predicted_mean"), std := value(pre, "predicted_std")):
        pre = {**pre, "density": {"kind": "normal", "mean": mean, "std": std}}
    return [weight, sample, pre, value(entry, "out")]


def _heading(report: Values, run: Values, name: str | None) -> str:
    """Return the line above a row: the scheme, its formula, and the verdict."""
    formula = plain(value(_row(report, run, name)[0], "formula") or "")
    return ", ".join(filter(None, (label(report, run), formula, verdict(run))))


def _panel(
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
    set_ticks(axes.xaxis, fitting_ticks(low, high, 5, min(_PANEL, page_width() / beside(4, _NARROW) - 0.4)))
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


def _band(entry: Values | None) -> shapes.PlotRange | None:
    """Return where the slope of a layer's activation is not flat, if it is so on both sides; elsewhere values are saturated."""
    name = value(entry, "activation")
    return steep(name) if name and value(entry, "at_the_ends") is not None else None


def _mark(axes: Axes, band: shapes.PlotRange) -> None:
    """Mark a band behind the values, with its edges, which stay visible where it covers the panel or is narrow."""
    axes.axvspan(*band, facecolor=shade(), linewidth=0, zorder=0.5)
    low, high = axes.get_xlim()
    for end in band:
        if low < end < high:
            axes.axvline(end, color=faint(), linewidth=0.6, linestyle=(0, (2, 2)), zorder=0.6)


def _numbers(cells: list[Values | None], entry: Values | None) -> list[str]:
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
            if text_width(longer, 8.0) < min(_PANEL, page_width() / beside(4, _NARROW) - 0.3)
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


def _explained(report: Values, name: str | None) -> dict[str, Any]:
    """Return what the legend says of areas and lines, and the arguments of the sign of each."""
    signs: dict[str, Any] = {
        "measured, area = 1": {"facecolor": tint(ink(), 0.25), "edgecolor": faint(), "linewidth": 0.6},
        "planned or predicted density": None,
    }
    entries = [entry for run in report["runs"] if (entry := _entry(run, name)) is not None]
    for entry in entries:
        band = _band(entry)
        if band is not None:
            low, high = (number(end) for end in band)
            text = (
                f"{low} to {high}: the slope of the {plain(entry['activation'])} is at least"
                f" {100 * FLAT:g} % of its largest; beyond, values are saturated"
            )
            signs[text] = {
                "facecolor": shade(),
                "edgecolor": faint(),
                "linewidth": 0.6,
                "linestyle": (0, (2, 2)),
            }
    return signs


def _legend(figure: FigureBase, report: Values, name: str | None) -> None:
    """Add the legend of lines, areas and bands below all rows."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    signs = _explained(report, name)
    handles = [
        Line2D([], [], color=ink(), linewidth=1.1) if sign is None else Patch(**sign)
        for sign in signs.values()
    ]
    legend_below(figure, handles, list(signs))

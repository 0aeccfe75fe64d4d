"""One layer under several schemes: histograms of its weights, the input, pre-activations and activations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from winitgen.catalog.activations import ACTIVATIONS
from winitgen.probing.activations import FLAT
from winitgen.report.plots import shapes
from winitgen.report.plots.canvas import text_width
from winitgen.report.plots.labels import MINUS, fitted, number, percent, plain
from winitgen.report.plots.reading import Values, label, value
from winitgen.report.plots.style import legend_below, look, tint
from winitgen.report.plots.ticks import fitting_ticks, set_ticks
from winitgen.report.probe_spread import verdict

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import FigureBase

COLUMNS = ("weight", "input of the network", "pre-activation", "activation")
"""The panels of a row, by the labels of their axes."""

_PANEL = 2.2
"""Greatest width of the text above a panel, in inches."""

_BAND: dict[str, Any] = {"facecolor": "black", "alpha": 0.13, "linewidth": 0, "zorder": 1.5}


def shown_layer(report: Values, layer: str | None = None) -> str | None:
    """Return the layer to draw: ``layer``, by default the first with a kernel; None if there is none."""
    for run in report["runs"]:
        known = {entry["layer"]: entry for entry in run["layers"]}
        for weight in run["weights"]:
            name = weight["layer"]
            tokens = value(known.get(name), "type") == "embedding"
            if name in known and len(weight["shape"]) > 1 and not tokens and layer in (None, name):
                return str(name)
    return None


def applies(report: Values) -> bool:
    """Whether there is a layer to draw."""
    return shown_layer(report) is not None


def title(report: Values, layer: str | None = None) -> str:
    """Return the title of the figure."""
    name = fitted(shown_layer(report, layer) or "", 4.5, 10.0, "bold")
    return f"Layer {name}: weights, input, pre-activations and activations"


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


def height(report: Values) -> float:
    """Return the height of the figure in inches."""
    return 0.75 + 1.75 * len(report["runs"])


def draw(figure: FigureBase, report: Values, layer: str | None = None) -> None:
    """Draw one row of four panels for each run."""
    name = shown_layer(report, layer)
    figure.suptitle(title(report, layer), x=0.01, ha="left")
    rows = [_row(report, run, name) for run in report["runs"]]
    columns = [shapes.alike([shapes.window(cell) for cell in column]) for column in zip(*rows, strict=True)]
    subfigures: Any = figure.subfigures(len(rows), 1, squeeze=False)
    for index, (run, cells) in enumerate(zip(report["runs"], rows, strict=True)):
        subfigure = subfigures[index, 0]
        subfigure.suptitle(_heading(report, run, name), x=0.01, ha="left", fontsize=8.5)
        panels = subfigure.subplots(1, 4)
        texts = _numbers(cells, _entry(run, name))
        for axes, what, cell, windows, text in zip(panels, COLUMNS, cells, columns, texts, strict=True):
            _panel(axes, what, cell, windows[index], index)
            axes.set_title(text)
        panels[0].set_ylabel("density")
        subfigure.align_xlabels(panels)
    _legend(figure)


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
    weight = _row(report, run, name)[0]
    formula = fitted(value(weight, "formula") or "", 4.0, 8.5, "bold")
    return ", ".join(filter(None, (fitted(label(report, run), 4.5, 8.5, "bold"), formula, verdict(run))))


def _panel(axes: Axes, what: str, cell: Values | None, window: shapes.PlotRange | None, run: int) -> None:
    """Draw one histogram, and over it the planned or predicted density; ``run`` chooses the colour."""
    axes.set_xlabel(what)
    axes.set_yticks([])
    histogram = value(cell, "histogram")
    if histogram is None or window is None:
        axes.set_xticks([])
        text = "none" if histogram is None else f"beyond {shapes.LARGEST:g}"
        axes.text(0.5, 0.5, text, transform=axes.transAxes, ha="center", va="center", color="#666666")
        return
    low, high = shapes.padded(window)
    axes.set_xlim(low, high)
    set_ticks(axes.xaxis, fitting_ticks(low, high, 5, _PANEL))
    colour = look(run).colour
    top = shapes.filled(axes, histogram, tint(colour), colour)
    kind = value(cell, "density")
    points = np.linspace(low, high, 201)
    curve = None if kind is None else shapes.density(kind, points)
    if curve is not None:
        axes.plot(points, curve, color="black", linewidth=1.1)
        top = max(top, float(curve.max()))
    axes.set_ylim(0, 1.08 * top)
    if what == "pre-activation":
        axes.axvspan(-1, 1, **_BAND)


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
            longer if text_width(longer, 8.0) < _PANEL else f"{texts[3]}, {percent(extreme)} at the ends"
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


def _legend(figure: FigureBase) -> None:
    """Add the legend of lines and areas below all rows."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    handles = [
        Patch(facecolor="#cccccc", edgecolor="#555555", linewidth=0.6),
        Line2D([], [], color="black", linewidth=1.1),
        Patch(**_BAND),
    ]
    legend_below(figure, handles, ["measured", "planned or predicted density", f"from {MINUS}1 to 1"])

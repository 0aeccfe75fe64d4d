"""One layer under several schemes: histograms of its weights, the input, pre-activations and activations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from winitgen.probing.activations import FLAT
from winitgen.report.plots import shapes
from winitgen.report.plots.canvas import ink
from winitgen.report.plots.choice import is_table
from winitgen.report.plots.deck_panel import NARROW, draw_panel, mark_band, texts_above
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
    shade,
    tint,
)
from winitgen.report.probe_spread import verdict

if TYPE_CHECKING:
    from matplotlib.figure import FigureBase

COLUMNS = ("weight", "input of the network", "pre-activation", "activation")
"""The panels of a row, by the labels of their axes."""


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
    rows = 4 // beside(4, NARROW)
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
    side_by_side = beside(4, NARROW)
    for index, (run, cells) in enumerate(zip(report["runs"], rows, strict=True)):
        subfigure = subfigures[index, 0]
        headed(subfigure, _heading(report, run, name), 8.5)
        panels = subfigure.subplots(4 // side_by_side, side_by_side, squeeze=False).flatten()
        texts = texts_above(cells, _entry(run, name))
        for axes, what, cell, scales, text in zip(panels, COLUMNS, cells, columns, texts, strict=True):
            draw_panel(axes, what, cell, scales[index], index, _missing(report, what))
            axes.set_title(text)
        if (band := _band(_entry(run, name))) is not None:
            mark_band(panels[2], band)
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


def _band(entry: Values | None) -> shapes.PlotRange | None:
    """Return where the slope of a layer's activation is not flat, if it is so on both sides; elsewhere values are saturated."""
    name = value(entry, "activation")
    return steep(name) if name and value(entry, "at_the_ends") is not None else None


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

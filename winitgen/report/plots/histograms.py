"""Histograms of the layers of each run below each other, on one linear axis for all runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from winitgen.report.plots import shapes
from winitgen.report.plots.apart import told_apart
from winitgen.report.plots.canvas import TICK_SIZE
from winitgen.report.plots.kinds import kind_of, of_each_kind
from winitgen.report.plots.labels import fitted, number, percent, span
from winitgen.report.plots.reading import (
    Values,
    deepest,
    label,
    layers_are,
    short_names,
    spread_out,
    value,
    what,
)
from winitgen.report.plots.seen import verdicts
from winitgen.report.plots.style import beside, by_depth, faint, head_height, headed, legend_below
from winitgen.report.plots.ticks import fitting_ticks, set_ticks

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import FigureBase

_QUANTITIES = {"out": "activation", "gradient": "gradient at the pre-activation"}

_PANEL = 3.4
"""Least width of a panel in inches, with its names and numbers."""

_ROW = 0.24
"""Height of the histogram of one layer, in inches."""

_LEAST = 0.8
"""Least height of a panel, in inches."""

_SEVERAL, _WIDER = 4, 8.0
"""Of so many layers, one that is so many times wider than every other is drawn as far as their axis goes."""

MOST = 12
"""Most layers that are drawn of a run."""


def applies(report: Values) -> bool:
    """Whether any layer was measured."""
    return bool(deepest(report))


def _quantities(report: Values) -> list[str]:
    layers = [layer for run in report["runs"] for layer in run["layers"]]
    return [
        quantity
        for quantity in _QUANTITIES
        if quantity == "out" or any(value(layer, quantity) for layer in layers)
    ]


def _shown(report: Values) -> list[int]:
    """Return the indices of the layers to draw: few enough to distinguish, and evenly spread in each kind of layer.

    Else every third of kernels, activations and sums in turn would show a change of kind as one of depth.
    """
    most = max(5, min(MOST, 40 // len(report["runs"])))
    layers = deepest(report)
    if layers_are(report) == "block":
        return spread_out(len(layers), most)
    return of_each_kind([kind_of(layer) for layer in layers], most)


def title(report: Values) -> str:
    """Return the title of the figure: what the runs come to."""
    shown = _shown(report)

    def told(runs: Sequence[Values]) -> str:
        spreads = [value(layer, "out", "std") for run in runs for layer in _chosen(run, shown)]
        if len(runs) == 1 and len(spreads) > 1:
            return f"std of the activations {number(spreads[0])} → {number(spreads[-1])}"
        return f"std of the activations {span(spreads)}"

    return f"Histograms {_what(report)}: {verdicts(report, told)}"


def _what(report: Values) -> str:
    """Return what the histograms are of: of activations and gradients at 12 of 13 ends of blocks."""
    names = {"out": "activations", "gradient": "gradients"}
    kinds = " and ".join(names[quantity] for quantity in _quantities(report))
    count, shown = len(deepest(report)), len(_shown(report))
    if shown == count:
        return f"of {kinds} {what(report)}"
    return f"of {kinds} at {shown} of {count} {layers_are(report)}s"


def alt(report: Values) -> str:
    """Return the alternative text: the figure in one sentence."""
    found = []
    for run in report["runs"]:
        ends = (run["layers"][0], run["layers"][-1]) if run["layers"] else ()
        texts = [
            f"{name} {' to '.join(number(value(layer, quantity, 'std')) for layer in ends)}"
            for quantity, name in (("out", "activations"), ("gradient", "gradients"))
            if quantity in _quantities(report)
        ]
        found.append(f"{label(report, run)}: {', '.join(texts)}")
    return (
        f"Histograms {_what(report)}; standard deviations from the first layer to the last with"
        f" {'; '.join(found)}."
    )


def height(report: Values) -> float:
    """Return the height of the figure in inches."""
    count = len(_quantities(report))
    panels = len(report["runs"]) * count // beside(count, _PANEL)
    return 0.6 + panels * (max(_ROW * len(_shown(report)), _LEAST) + 0.65) + head_height(title(report))


def draw(figure: FigureBase, report: Values) -> None:
    """Draw one row for each run: activations, and gradients if there are any."""
    runs, quantities, shown = report["runs"], _quantities(report), _shown(report)
    headed(figure, title(report))
    columns = beside(len(quantities), _PANEL)
    panels: Any = figure.subplots(len(runs) * len(quantities) // columns, columns, squeeze=False)
    flat = panels.flatten()
    names = told_apart([short_names(report)[index] for index in shown], 1.2, TICK_SIZE)
    for column, quantity in enumerate(quantities):
        windows = [_window(_chosen(run, shown), quantity) for run in runs]
        for row, (run, scale) in enumerate(zip(runs, shapes.alike(windows), strict=True)):
            axes = flat[row * len(quantities) + column]
            _panel(axes, _chosen(run, shown), quantity, scale, names)
            if column % columns == 0:
                name = fitted(label(report, run), 2.0, 8.0, "bold")
                axes.set_title(f"{name}, {run['verdict']}", fontweight="bold")
            axes.set_ylabel(layers_are(report))
    _legend(figure, [text.get_text() for axes in flat for text in axes.texts])


def _chosen(run: Values, shown: list[int]) -> list[Values]:
    return [run["layers"][index] for index in shown if index < len(run["layers"])]


def _window(layers: list[Values], quantity: str) -> shapes.PlotRange | None:
    """Return the range of all layers, but for one that is far wider than every other: it would make needles of their bells."""
    windows = [found for layer in layers if (found := shapes.window(value(layer, quantity))) is not None]
    ordered = sorted(windows, key=lambda window: window.high - window.low)
    if (
        len(ordered) >= _SEVERAL
        and _WIDER * shapes.width(ordered[-2]) < shapes.width(ordered[-1])
        and shapes.width(ordered[-2])
    ):
        ordered.pop()
    return shapes.union(ordered)


def _panel(
    axes: Axes, layers: list[Values], quantity: str, scale: shapes.PanelScale | None, names: list[str]
) -> None:
    """Draw the layers of one run from the top down, each with its name and its spread at the side."""
    axes.set_xlabel(_QUANTITIES[quantity] + ("" if scale is None or scale.shared else shapes.OWN))
    axes.set_ylim(len(names) - 0.9, -1.05)
    axes.set_yticks(range(len(names)), labels=names)
    axes.tick_params(axis="y", length=0)
    if scale is None:
        axes.set_xticks([])
        some = any(value(layer, quantity, "histogram") for layer in layers)
        text = f"beyond {shapes.LARGEST:g}" if some else "none"
        axes.text(0.5, 0.5, text, transform=axes.transAxes, ha="center", va="center", color=faint())
        return
    low, high = shapes.padded(scale.window)
    axes.set_xlim(low, high)
    set_ticks(axes.xaxis, fitting_ticks(low, high, 7, _PANEL - 1.6))
    for place, (layer, colour) in enumerate(zip(layers, by_depth(len(names)), strict=False)):
        histogram = value(layer, quantity, "histogram")
        if histogram is not None and not shapes.beyond(histogram):
            shapes.ridge(axes, histogram, colour, place)
        axes.text(
            1.01, place, _note(layer, quantity, scale), transform=axes.get_yaxis_transform(), va="center",
            fontsize=TICK_SIZE, color=faint(),
        )  # fmt: skip


def _note(layer: Values, quantity: str, scale: shapes.PanelScale) -> str:
    """Return the spread of a layer, the share of its values in a spike that is cut off, and whether it is wider than the axis."""
    spread = f"std {number(value(layer, quantity, 'std'))}"
    histogram = value(layer, quantity, "histogram")
    found = None if histogram is None else shapes.spike(histogram)
    own = shapes.window(value(layer, quantity))
    wide = own is not None and shapes.width(own) > 1.5 * shapes.width(scale.window)
    return f"{spread}{'' if found is None else f', ↑ {percent(found.share)}'}{', ↔' if wide else ''}"


_ARROWS = {"↑": "↑ share of the values in one bin, which is cut off", "↔": "↔ wider than the axis"}


def _legend(figure: FigureBase, notes: Sequence[str]) -> None:
    """Explain the shapes, and the arrows in these notes."""
    from matplotlib.patches import Patch

    texts = ["frequency, highest bin = 1"]
    texts += [text for arrow, text in _ARROWS.items() if any(arrow in note for note in notes)]
    legend_below(figure, [Patch(facecolor=faint()), *[Patch(visible=False)] * (len(texts) - 1)], texts)

"""Histograms of all layers in one panel, as in Glorot & Bengio 2010, figures 6 and 7."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from winitgen.report.plots import shapes
from winitgen.report.plots.labels import fitted, number, percent, tick_label
from winitgen.report.plots.reading import Values, deepest, label, spread_out, stds, value
from winitgen.report.plots.style import by_depth
from winitgen.report.plots.ticks import decade_ticks, fitting_ticks, set_ticks

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import FigureBase

_QUANTITIES = {"out": "activation", "gradient": "gradient at the pre-activation"}

_PANEL = 3.2
"""Least width of a panel in inches."""

_NESTED = 20.0
"""Above this ratio of standard deviations, the axis is linear in the middle and logarithmic outside."""


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
    """Return the indices of the layers to draw: few enough to distinguish."""
    most = max(5, min(10, 40 // len(report["runs"])))
    return spread_out(len(deepest(report)), most)


def title(report: Values) -> str:
    """Return the title of the figure."""
    count, shown = len(deepest(report)), len(_shown(report))
    what = " and ".join(
        {"out": "activations", "gradient": "gradients"}[quantity] for quantity in _quantities(report)
    )
    some = "by layer" if shown == count else f"of {shown} of {count} layers"
    return f"Histograms of {what} {some}"


def alt(report: Values) -> str:
    """Return the alternative text: the figure in one sentence."""
    found = []
    for run in report["runs"]:
        ends = (run["layers"][0], run["layers"][-1]) if run["layers"] else ()
        texts = [
            f"{what} {' to '.join(number(value(layer, quantity, 'std')) for layer in ends)}"
            for quantity, what in (("out", "activations"), ("gradient", "gradients"))
            if quantity in _quantities(report)
        ]
        found.append(f"{label(report, run)}: {', '.join(texts)}")
    return f"{title(report)}; standard deviations from the first layer to the last with {'; '.join(found)}."


def height(report: Values) -> float:
    """Return the height of the figure in inches."""
    return 0.55 + max(1.9 * len(report["runs"]), 0.17 * len(_shown(report)) + 0.9)


def draw(figure: FigureBase, report: Values) -> None:
    """Draw one row for each run: activations, and gradients if there are any."""
    runs, quantities, shown = report["runs"], _quantities(report), _shown(report)
    figure.suptitle(title(report), x=0.01, ha="left")
    panels: Any = figure.subplots(len(runs), len(quantities), squeeze=False)
    for column, quantity in enumerate(quantities):
        windows = [
            shapes.union(shapes.window(value(layer, quantity)) for layer in _chosen(run, shown))
            for run in runs
        ]
        for row, (run, window) in enumerate(zip(runs, shapes.alike(windows), strict=True)):
            axes = panels[row, column]
            _panel(axes, _chosen(run, shown), quantity, window, by_depth(len(shown)))
            note = _cut_off(_chosen(run, shown), quantity)
            axes.set_title(note, loc="right", fontsize=7.0)
            if quantity == "out":
                name = fitted(label(report, run), 1.0 if note else 2.4, 8.0, "bold")
                axes.set_title(f"{name}, {run['verdict']}", fontweight="bold")
    _name_layers(figure, report, shown)


def _chosen(run: Values, shown: list[int]) -> list[Values]:
    return [run["layers"][index] for index in shown if index < len(run["layers"])]


def _cut_off(layers: list[Values], quantity: str) -> str:
    """Return the shares of the values in spikes that are cut off, or nothing."""
    known = [histogram for layer in layers if (histogram := value(layer, quantity, "histogram"))]
    shares = [found.share for histogram in known if (found := shapes.spike(histogram))]
    if not shares:
        return ""
    low, high = percent(min(shares)), percent(max(shares))
    return f"cut off: {low if low == high else f'{low} to {high}'} in one bin"


def _panel(
    axes: Axes, layers: list[Values], quantity: str, window: shapes.PlotRange | None, colours: list[Any]
) -> None:
    axes.set_xlabel(_QUANTITIES[quantity])
    axes.set_ylabel("frequency (peak = 1)")
    axes.set_ylim(0, 1.12)
    set_ticks(axes.yaxis, (0, 0.5, 1))
    if window is None:
        axes.set_xticks([])
        some = any(value(layer, quantity, "histogram") for layer in layers)
        axes.text(
            0.5,
            0.5,
            f"beyond {shapes.LARGEST:g}" if some else "none",
            transform=axes.transAxes,
            ha="center",
            va="center",
            color="#666666",
        )
        return
    _scale(axes, window, [std for std in stds(layers, quantity) if std > 0])
    for layer, colour in zip(layers, colours, strict=False):
        histogram = value(layer, quantity, "histogram")
        if histogram is not None and not shapes.beyond(histogram):
            shapes.outlined(axes, histogram, colour)


def _scale(axes: Axes, window: shapes.PlotRange, spreads: list[float]) -> None:
    """Choose the axis: linear, or linear only in the middle if some layers are far narrower than others."""
    if spreads and max(spreads) > _NESTED * min(spreads):
        threshold = max(min(spreads), 1e-12 * max(spreads))
        axes.set_xscale("symlog", linthresh=threshold)
        window = shapes.PlotRange(min(1.3 * window.low, -threshold), max(1.3 * window.high, threshold))
        ticks = decade_ticks(window.low, window.high, threshold)
        axes.set_xlabel(f"{axes.get_xlabel()} (log scale beyond ±{tick_label(float(f'{threshold:.1g}'))})")
    else:
        window = shapes.padded(window)
        ticks = fitting_ticks(window.low, window.high, 7, _PANEL)
    axes.set_xlim(window.low, window.high)
    set_ticks(axes.xaxis, ticks)


def _name_layers(figure: FigureBase, report: Values, shown: list[int]) -> None:
    """Add a legend of the layers' colours at the side."""
    from matplotlib.lines import Line2D

    layers = deepest(report)
    figure.legend(
        [Line2D([], [], color=colour, linewidth=2.0) for colour in by_depth(len(shown))],
        [f"{index + 1} {fitted(layers[index]['layer'], 1.2)}" for index in shown],
        loc="outside right upper",
        title="layer",
        alignment="left",
    )

"""Histograms of every layer over each other: Glorot & Bengio 2010, figures 6 and 7."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from winitgen.report.plots import shapes
from winitgen.report.plots.labels import fitted, number, percent, tick_label
from winitgen.report.plots.reading import Values, deepest, label, spread_out, stds, value
from winitgen.report.plots.style import by_depth
from winitgen.report.plots.ticks import decade_ticks, fitting_ticks, mark

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import FigureBase

_PARTS = {"out": "activation", "gradient": "gradient at the pre-activation"}

_PANEL = 3.2
"""Inches that a panel is wide, at least."""

_NESTED = 20.0
"""From this ratio of standard deviations on, an axis has a linear middle and log sides."""


def applies(report: Values) -> bool:
    """Whether any layer was measured."""
    return bool(deepest(report))


def _parts(report: Values) -> list[str]:
    layers = [layer for run in report["runs"] for layer in run["layers"]]
    return [part for part in _PARTS if part == "out" or any(value(layer, part) for layer in layers)]


def _shown(report: Values) -> list[int]:
    """Return the places of the layers that are drawn: few enough to be told apart."""
    most = max(5, min(10, 40 // len(report["runs"])))
    return spread_out(len(deepest(report)), most)


def title(report: Values) -> str:
    """Return what the picture is called."""
    count, shown = len(deepest(report)), len(_shown(report))
    what = " and ".join({"out": "activations", "gradient": "gradients"}[part] for part in _parts(report))
    some = "by layer" if shown == count else f"of {shown} of {count} layers"
    return f"Histograms of {what} {some}"


def alt(report: Values) -> str:
    """Return in one sentence what the picture shows."""
    found = []
    for run in report["runs"]:
        ends = (run["layers"][0], run["layers"][-1]) if run["layers"] else ()
        texts = [
            f"{word} {' to '.join(number(value(layer, part, 'std')) for layer in ends)}"
            for part, word in (("out", "activations"), ("gradient", "gradients"))
            if part in _parts(report)
        ]
        found.append(f"{label(report, run)}: {', '.join(texts)}")
    return f"{title(report)}; standard deviations from the first layer to the last with {'; '.join(found)}."


def height(report: Values) -> float:
    """Return the inches that the picture is high."""
    return 0.55 + max(1.9 * len(report["runs"]), 0.17 * len(_shown(report)) + 0.9)


def draw(figure: FigureBase, report: Values) -> None:
    """Draw one row per run: activations, and gradients where there are any."""
    runs, parts, shown = report["runs"], _parts(report), _shown(report)
    figure.suptitle(title(report), x=0.01, ha="left")
    panels: Any = figure.subplots(len(runs), len(parts), squeeze=False)
    for column, part in enumerate(parts):
        windows = [
            shapes.union(shapes.window(value(layer, part)) for layer in _chosen(run, shown)) for run in runs
        ]
        for row, (run, seen) in enumerate(zip(runs, shapes.alike(windows), strict=True)):
            axes = panels[row, column]
            _panel(axes, _chosen(run, shown), part, seen, by_depth(len(shown)))
            note = _cut_off(_chosen(run, shown), part)
            axes.set_title(note, loc="right", fontsize=7.0)
            if part == "out":
                name = fitted(label(report, run), 1.0 if note else 2.4, 8.0, "bold")
                axes.set_title(f"{name}, {run['verdict']}", fontweight="bold")
    _name_layers(figure, report, shown)


def _chosen(run: Values, shown: list[int]) -> list[Values]:
    return [run["layers"][place] for place in shown if place < len(run["layers"])]


def _cut_off(layers: list[Values], part: str) -> str:
    """Return which shares of the values are in spikes that are cut off, or nothing."""
    known = [histogram for layer in layers if (histogram := value(layer, part, "histogram"))]
    shares = [found.share for histogram in known if (found := shapes.spike(histogram))]
    if not shares:
        return ""
    low, high = percent(min(shares)), percent(max(shares))
    return f"cut off: {low if low == high else f'{low} to {high}'} in one bin"


def _panel(
    axes: Axes, layers: list[Values], part: str, seen: shapes.PlotRange | None, colours: list[Any]
) -> None:
    axes.set_xlabel(_PARTS[part])
    axes.set_ylabel("frequency (peak = 1)")
    axes.set_ylim(0, 1.12)
    mark(axes.yaxis, (0, 0.5, 1))
    if seen is None:
        axes.set_xticks([])
        axes.text(0.5, 0.5, "none", transform=axes.transAxes, ha="center", va="center", color="#666666")
        return
    _scale(axes, seen, [std for std in stds(layers, part) if std > 0])
    for layer, colour in zip(layers, colours, strict=False):
        histogram = value(layer, part, "histogram")
        if histogram is not None:
            shapes.outlined(axes, histogram, colour)


def _scale(axes: Axes, seen: shapes.PlotRange, spreads: list[float]) -> None:
    """Choose the axis: linear, or with a linear middle where some layers are far narrower than others."""
    if spreads and max(spreads) > _NESTED * min(spreads):
        threshold = max(min(spreads), 1e-12 * max(spreads))
        axes.set_xscale("symlog", linthresh=threshold)
        seen = shapes.PlotRange(min(1.3 * seen.low, -threshold), max(1.3 * seen.high, threshold))
        ticks = decade_ticks(seen.low, seen.high, threshold)
        axes.set_xlabel(f"{axes.get_xlabel()} (log scale beyond ±{tick_label(float(f'{threshold:.1g}'))})")
    else:
        seen = shapes.padded(seen)
        ticks = fitting_ticks(seen.low, seen.high, 7, _PANEL)
    axes.set_xlim(seen.low, seen.high)
    mark(axes.xaxis, ticks)


def _name_layers(figure: FigureBase, report: Values, shown: list[int]) -> None:
    """Say at the side which colour is which layer."""
    from matplotlib.lines import Line2D

    layers = deepest(report)
    figure.legend(
        [Line2D([], [], color=colour, linewidth=2.0) for colour in by_depth(len(shown))],
        [f"{place + 1} {fitted(layers[place]['layer'], 1.2)}" for place in shown],
        loc="outside right upper",
        title="layer",
        alignment="left",
    )

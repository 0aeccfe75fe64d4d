"""The standard deviations of signal and gradient at every layer."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from winitgen.report.plots.bands import draw_band, ends, of_seeds
from winitgen.report.plots.canvas import TICK_SIZE, text_width
from winitgen.report.plots.curves import draw_curves, key_below, key_height, log_axis
from winitgen.report.plots.labels import fitted, number
from winitgen.report.plots.reading import Values, deepest, label, stds, value
from winitgen.report.plots.style import look
from winitgen.report.plots.ticks import even_ticks, set_ticks
from winitgen.report.probe_spread import verdict

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import FigureBase

QUANTITIES = {"out": "activation", "pre": "pre-activation", "gradient": "gradient"}

_NAMED = 14
"""Up to this many layers are named on the axis; more are numbered."""

_PANEL = 2.5
"""Least width of a panel in inches."""


def applies(report: Values) -> bool:
    """Whether any layer was measured."""
    return bool(deepest(report))


def _quantities(report: Values) -> list[str]:
    """Return the panels to draw; activations always have one."""
    layers = [layer for run in report["runs"] for layer in run["layers"]]
    return [
        quantity
        for quantity in QUANTITIES
        if quantity == "out" or any(value(layer, quantity, "std") is not None for layer in layers)
    ]


def _theory(report: Values) -> bool:
    layers = [layer for run in report["runs"] for layer in run["layers"]]
    return any(
        value(layer, quantity, "predicted_std") is not None for layer in layers for quantity in QUANTITIES
    )


def title(report: Values) -> str:
    """Return the title of the figure."""
    how = "measured points on lines of mean-field theory" if _theory(report) else "measured"
    return ", ".join(filter(None, (f"Standard deviation by layer, {how}", of_seeds(report))))


def alt(report: Values) -> str:
    """Return the alternative text: the figure in one sentence."""
    found = []
    for run in report["runs"]:
        known = [std for std in stds(run["layers"], "out") if not math.isnan(std)]
        back = [std for std in stds(run["layers"], "gradient") if not math.isnan(std)]
        texts = [
            f"{what} from {number(some[0])} at the first layer to {number(some[-1])} at the last"
            for what, some in (("activation", known), ("gradient", back))
            if some
        ]
        found.append(f"{label(report, run)}: {', '.join(texts) or 'nothing measured'}")
    return f"{title(report)}; {'; '.join(found)}."


def height(report: Values) -> float:
    """Return the height of the figure in inches."""
    names = _names(report)
    rotated = max(text_width(name, TICK_SIZE) for name in names) if _rotated(names) else 0.0
    return 3.2 + rotated + key_height(_labels(report), zeros=_zeros(report))


def draw(figure: FigureBase, report: Values) -> None:
    """Draw one panel each for activations, pre-activations and gradients."""
    figure.suptitle(title(report), x=0.01, ha="left")
    quantities = _quantities(report)
    panels: Any = figure.subplots(1, len(quantities), squeeze=False)
    for axes, quantity in zip(panels[0], quantities, strict=True):
        _panel(axes, report, quantity)
        axes.set_title(QUANTITIES[quantity])
    key_below(figure, _labels(report), zeros=_zeros(report))


def _panel(axes: Axes, report: Values, quantity: str) -> None:
    drawn: list[float] = []
    for index, run in enumerate(report["runs"]):
        measured, predicted = (stds(run["layers"], quantity, key) for key in ("std", "predicted_std"))
        draw_curves(axes, range(1, len(measured) + 1), measured, predicted, look(index))
        band = draw_band(
            axes, range(1, len(measured) + 1), measured, ends(run["layers"], quantity), look(index)
        )
        drawn += [*measured, *predicted, *band]
    log_axis(axes, drawn)
    axes.set_ylabel("standard deviation")
    _layer_axis(axes, _names(report))


def _names(report: Values) -> list[str]:
    return [fitted(layer["layer"], 1.2, TICK_SIZE) for layer in deepest(report)]


def _labels(report: Values) -> list[str]:
    return [f"{fitted(label(report, run), 4.0)}, {verdict(run)}" for run in report["runs"]]


def _zeros(report: Values) -> bool:
    return any(0 in stds(run["layers"], quantity) for run in report["runs"] for quantity in QUANTITIES)


def _rotated(names: list[str]) -> bool:
    """Whether the names are written vertically, because they do not fit side by side."""
    return (
        len(names) <= _NAMED
        and len(names) * (max(text_width(name, TICK_SIZE) for name in names) + 0.08) > _PANEL
    )


def _layer_axis(axes: Axes, names: list[str]) -> None:
    """Name the layers below the axis, or number them if there are many."""
    count = len(names)
    axes.set_xlim(0.5, count + 0.5)
    if count <= _NAMED:
        axes.set_xticks(range(1, count + 1), labels=names, rotation=90 if _rotated(names) else 0)
        axes.set_xlabel("layer")
        return
    ticks = even_ticks(1, count, 6)
    step = ticks[1] - ticks[0]
    set_ticks(axes.xaxis, [1, *(tick for tick in ticks if tick - 1 > step / 2)])
    axes.set_xlabel("layer, counted from the input")

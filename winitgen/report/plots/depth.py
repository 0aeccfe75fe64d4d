"""The standard deviations of signal and gradient at every layer, or at the end of every block."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from winitgen.report.plots.apart import told_apart
from winitgen.report.plots.bands import draw_band, ends, of_seeds, seeds_of
from winitgen.report.plots.canvas import TICK_SIZE, page_width, text_width
from winitgen.report.plots.curves import draw_curves, key_below, key_height, log_axis, theory_text
from winitgen.report.plots.kinds import lines_of
from winitgen.report.plots.labels import fitted, number, span
from winitgen.report.plots.reading import (
    Values,
    deepest,
    evenly,
    label,
    layers_are,
    same_as,
    short_names,
    stds,
    value,
    what,
)
from winitgen.report.plots.seen import verdicts
from winitgen.report.plots.style import Look, beside, head_height, headed, look
from winitgen.report.probe_spread import verdict

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import FigureBase

QUANTITIES = {"out": "activation", "pre": "pre-activation", "gradient": "gradient"}

_NAMED = 16
"""At most this many layers are named on an axis, as many as its names have room for when they stand upright."""

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


def _theory(report: Values) -> str:
    """Return what the legend says of the lines, nothing if there are none."""
    return theory_text(
        stds(run["layers"], name, "predicted_std") for run in report["runs"] for name in _quantities(report)
    )


def title(report: Values) -> str:
    """Return the title of the figure: what the runs come to."""
    seen = f"Standard deviation {what(report)}: {verdicts(report, _ends)}"
    return ", ".join(filter(None, (seen, of_seeds(report))))


def _ends(runs: Sequence[Values]) -> str:
    """Return the spreads at the ends of both ways: of the last activation, and of the first gradient."""
    forward = [known[-1] for run in runs if (known := _known(run, "out"))]
    back = [known[0] for run in runs if (known := _known(run, "gradient"))]
    texts = [("last activation", forward), ("first gradient", back)]
    return ", ".join(f"{name} {span(values)}" for name, values in texts if values)


def _known(run: Values, quantity: str) -> list[float]:
    return [std for std in stds(run["layers"], quantity) if not math.isnan(std)]


def alt(report: Values) -> str:
    """Return the alternative text: the figure in one sentence."""
    found = []
    for run in report["runs"]:
        texts = [
            f"{name} from {number(some[0])} at the first layer to {number(some[-1])} at the last"
            for name, some in (("activation", _known(run, "out")), ("gradient", _known(run, "gradient")))
            if some
        ]
        found.append(f"{label(report, run)}: {', '.join(texts) or 'nothing measured'}")
    how = "measured points on lines of mean-field theory" if _theory(report) else "measured"
    return f"Standard deviation {what(report)}, {how}; {'; '.join(found)}."


def height(report: Values) -> float:
    """Return the height of the figure in inches."""
    names = [name for _, name in _named(report)]
    rotated = max(text_width(name, TICK_SIZE) for name in names) if _rotated(names) else 0.0
    count = len(_quantities(report))
    rows = count // beside(count, _PANEL)
    key = key_height(_labels(report), zeros=_zeros(report), theory=_theory(report), seeds=seeds_of(report))
    return 0.5 + rows * (2.6 + rotated) + key + head_height(title(report))


def draw(figure: FigureBase, report: Values) -> None:
    """Draw one panel each for activations, pre-activations and gradients."""
    headed(figure, title(report))
    quantities = _quantities(report)
    columns = beside(len(quantities), _PANEL)
    panels: Any = figure.subplots(len(quantities) // columns, columns, squeeze=False)
    for axes, quantity in zip(panels.flat, quantities, strict=True):
        _panel(axes, report, quantity)
        axes.set_title(QUANTITIES[quantity])
    key_below(figure, _labels(report), zeros=_zeros(report), theory=_theory(report), seeds=seeds_of(report))


def _panel(axes: Axes, report: Values, quantity: str) -> None:
    drawn: list[float] = []
    for run, of, places in _lines(report):
        layers = [run["layers"][place] for place in places]
        at = [place + 1 for place in places]
        measured, predicted = (stds(layers, quantity, key) for key in ("std", "predicted_std"))
        draw_curves(axes, at, measured, predicted, of)
        band = draw_band(axes, at, measured, ends(layers, quantity), of)
        drawn += [*measured, *predicted, *band]
    log_axis(axes, drawn)
    axes.set_ylabel("standard deviation")
    _layer_axis(axes, report)


def _lines(report: Values) -> Iterator[tuple[Values, Look, Sequence[int]]]:
    """Yield the lines of a panel: each with its run, its look, and the places of its layers.

    Each kind of layers has its own line, in its own colour if there is one run.
    """
    kinds = list(lines_of(report).values())
    for index, run in enumerate(report["runs"]):
        for kind, places in enumerate(kinds or [list(range(len(run["layers"])))]):
            own = [place for place in places if place < len(run["layers"])]
            yield run, look(kind if _by_kind(report) else index), own


def _by_kind(report: Values) -> bool:
    return len(report["runs"]) == 1 and bool(lines_of(report))


def _named(report: Values) -> list[tuple[int, str]]:
    """Return the places of the layers that are named on an axis, counted from 1, with their names."""
    names = short_names(report)
    named = evenly(len(names), _NAMED)
    shown = told_apart([names[index] for index in named], 1.2, TICK_SIZE)
    return [(index + 1, name) for index, name in zip(named, shown, strict=True)]


def _labels(report: Values) -> list[str]:
    """Return the label of each run in the legend, with its verdict, and with the run that it covers; of one run those of its kinds."""
    if _by_kind(report):
        return [fitted(name, 4.0) for name in lines_of(report)]
    labels = [f"{fitted(label(report, run), 4.0)}, {verdict(run)}" for run in report["runs"]]
    for index, first in enumerate(same_as(report["runs"], QUANTITIES)):
        if first is not None:
            labels[index] += f" (on the points of {fitted(label(report, report['runs'][first]), 2.0)})"
    return labels


def _zeros(report: Values) -> bool:
    return any(0 in stds(run["layers"], quantity) for run in report["runs"] for quantity in QUANTITIES)


def _rotated(names: list[str]) -> bool:
    """Whether the names are written vertically, because they do not fit side by side."""
    room = max(_PANEL, page_width() - 0.8) if page_width() < 3 * _PANEL else _PANEL
    return len(names) * (max(text_width(name, TICK_SIZE) for name in names) + 0.08) > room


def _layer_axis(axes: Axes, report: Values) -> None:
    """Name the layers below the axis: all, or some that are evenly spread."""
    count, named = len(deepest(report)), _named(report)
    axes.set_xlim(0.5, count + 0.5)
    names = [name for _, name in named]
    axes.set_xticks([place for place, _ in named], labels=names, rotation=90 if _rotated(names) else 0)
    axes.set_xlabel(layers_are(report))

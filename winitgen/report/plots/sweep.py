"""Signal and gradient against the varied value of a sweep, with the edge of chaos if known."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from winitgen.report.plots.bands import draw_band, ends, of_seeds, seeds_of
from winitgen.report.plots.canvas import ink
from winitgen.report.plots.curves import draw_curves, key_below, key_height, log_axis, theory_text
from winitgen.report.plots.labels import fitted, number, plain
from winitgen.report.plots.reading import Values, label, value
from winitgen.report.plots.seen import ranges
from winitgen.report.plots.shapes import LARGEST, NARROWEST
from winitgen.report.plots.style import beside, faint, head_height, headed, look
from winitgen.report.plots.ticks import fitting_ticks, log_ticks, set_ticks

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import FigureBase

EDGE = "_edge of chaos"
"""The label of the line that marks it; the underscore keeps it out of legends."""

_PANEL = 3.0
"""Least width of a panel in inches."""

_QUANTITIES = {"out": "activation of the last layer", "gradient": "gradient at the first layer"}


def applies(report: Values) -> bool:
    """Whether the report is of a sweep with layers."""
    return bool(report["variable"]) and any(
        run["layers"] and run["value"] is not None for run in report["runs"]
    )


def _groups(report: Values) -> dict[str, list[Values]]:
    """Return the runs of each scheme, sorted by the varied value."""
    groups: dict[str, list[Values]] = {}
    for run in report["runs"]:
        if run["value"] is not None and run["layers"]:
            groups.setdefault(run["scheme"] or "", []).append(run)
    return {scheme: sorted(runs, key=lambda run: float(run["value"])) for scheme, runs in groups.items()}


def _end(run: Values, quantity: str) -> Values | None:
    """Return the statistics of the last layer's activation, or of the first available gradient."""
    found: Values | None = value(_end_layer(run, quantity), quantity)
    return found


def _end_layer(run: Values, quantity: str) -> Values | None:
    """Return the last layer, or the first with a gradient."""
    if quantity == "out":
        last: Values = run["layers"][-1]
        return last
    return next((layer for layer in run["layers"] if layer["gradient"] is not None), None)


def _quantities(report: Values) -> list[str]:
    runs = [run for runs in _groups(report).values() for run in runs]
    return [
        quantity for quantity in _QUANTITIES if quantity == "out" or any(_end(run, quantity) for run in runs)
    ]


def title(report: Values) -> str:
    """Return the title of the figure: the verdicts along its axis."""
    seen = f"{_what(report)}: {'; '.join(_told(report))}"
    return ", ".join(filter(None, (seen, of_seeds(report))))


def _what(report: Values) -> str:
    names = {"out": "signal", "gradient": "gradient"}
    kinds = " and ".join(names[quantity] for quantity in _quantities(report))
    return f"{kinds} against the {plain(report['variable'])}".capitalize()


def _told(report: Values) -> list[str]:
    """Return the verdicts along the axis for each scheme."""
    groups = _groups(report)
    if len(groups) == 1:
        return [ranges(runs) for runs in groups.values()]
    return [f"{plain(scheme)} {ranges(runs)}" for scheme, runs in groups.items()]


def alt(report: Values) -> str:
    """Return the alternative text: the figure in one sentence."""
    found = []
    for scheme, runs in _groups(report).items():
        ends = runs[0], runs[-1]
        span = " to ".join(number(run["value"]) for run in ends)
        texts = [
            f"{_QUANTITIES[quantity]} {' to '.join(number(value(_end(run, quantity), 'std')) for run in ends)}"
            for quantity in _quantities(report)
        ]
        name = plain(scheme or report["model"] or "the spec")
        found.append(
            f"{name}, {plain(report['variable'])} {span}: standard deviation of the {', of the '.join(texts)}"
        )
    edge = value(report, "edge", "gain")
    reported = "" if edge is None else f"; the edge of chaos is at a gain of {number(edge, 4)}"
    return f"{_what(report)}; {'; '.join(found)}{reported}."


def height(report: Values) -> float:
    """Return the height of the figure in inches."""
    count = len(_quantities(report))
    key = key_height(_names(report), zeros=_zeros(report), theory=_theory(report), seeds=seeds_of(report))
    return 0.4 + 3.0 * (count // beside(count, _PANEL)) + key + head_height(title(report))


def _theory(report: Values) -> str:
    """Return what the legend says of the lines, nothing if there are none."""
    return theory_text(
        [_number(_end(run, quantity), "predicted_std") for run in runs]
        for runs in _groups(report).values()
        for quantity in _quantities(report)
    )


def _zeros(report: Values) -> bool:
    runs = [run for runs in _groups(report).values() for run in runs]
    return any(value(_end(run, quantity), "std") == 0 for run in runs for quantity in _QUANTITIES)


def _names(report: Values) -> list[str]:
    return [fitted(scheme, 4.0) or label(report, {"label": ""}) for scheme in _groups(report)]


def draw(figure: FigureBase, report: Values) -> None:
    """Draw one panel for the signal and one for the gradient."""
    headed(figure, title(report))
    quantities = _quantities(report)
    columns = beside(len(quantities), _PANEL)
    panels: Any = figure.subplots(len(quantities) // columns, columns, squeeze=False)
    for axes, quantity in zip(panels.flat, quantities, strict=True):
        _panel(axes, report, quantity)
    key_below(figure, _names(report), zeros=_zeros(report), theory=_theory(report), seeds=seeds_of(report))


def _panel(axes: Axes, report: Values, quantity: str) -> None:
    drawn: list[float] = []
    for index, runs in enumerate(_groups(report).values()):
        measured, predicted = (
            [_number(_end(run, quantity), key) for run in runs] for key in ("std", "predicted_std")
        )
        at = [_within(float(run["value"])) for run in runs]
        draw_curves(axes, at, measured, predicted, look(index))
        band = ends((_end_layer(run, quantity) for run in runs), quantity)
        drawn += [*measured, *predicted, *draw_band(axes, at, measured, band, look(index))]
    log_axis(axes, drawn)
    axes.set_ylabel(f"standard deviation of the\n{_QUANTITIES[quantity]}{_among(report)}")
    _varied_axis(axes, report)
    _mark_edge(axes, value(report, "edge", "gain"))


def _among(report: Values) -> str:
    """Return which layers the last and the first are of, if not of all."""
    return "" if report.get("drawn") is None else " chosen"


def _within(number: float) -> float:
    """Return a varied value, at the end of the axis if it is beyond."""
    return min(max(number, -LARGEST), LARGEST)


def _number(values: Values | None, key: str) -> float:
    found = value(values, key)
    return math.nan if found is None else float(found)


def _varied_axis(axes: Axes, report: Values) -> None:
    """Set the axis of the varied value: logarithmic if the values span more than a factor of 50."""
    values = [float(run["value"]) for runs in _groups(report).values() for run in runs]
    low, high = _within(min(values)), _within(max(values))
    axes.set_xlabel(plain(report["variable"]))
    if low > 0 and high > 50 * low:
        low, high = max(low, NARROWEST), max(high, 50 * NARROWEST)
        axes.set_xlim(low / 1.1, high * 1.1)  # first, as the scale would choose limits, which may overflow
        axes.set_xscale("log")
        set_ticks(axes.xaxis, log_ticks(low / 1.1, high * 1.1))
        return
    single = 0.5 * abs(high) if abs(high) > NARROWEST else 1.0
    margin = 0.04 * (high - low) if high - low > NARROWEST else single
    axes.set_xlim(low - margin, high + margin)
    set_ticks(axes.xaxis, fitting_ticks(low - margin, high + margin, 7, _PANEL))


def _mark_edge(axes: Axes, gain: float | None) -> None:
    """Mark the edge of chaos with a line and its gain; outside the axis, only name its side."""
    if gain is None:
        return
    low, high = axes.get_xlim()
    text = f"edge of chaos, gain {number(gain, 4)}"
    if not low <= gain <= high:
        axes.set_title(f"← {text}" if gain < low else f"{text} →", loc="left" if gain < low else "right")
        return
    axes.axvline(gain, color=faint(), linestyle=(0, (3, 2)), linewidth=1.0, zorder=0, label=EDGE)
    share = float(axes.transAxes.inverted().transform(axes.transData.transform((gain, 1.0)))[0])
    side = "left" if share < 0.2 else "right" if share > 0.8 else "center"
    axes.text(gain, 1.02, text, transform=axes.get_xaxis_transform(), ha=side, va="bottom", color=ink())

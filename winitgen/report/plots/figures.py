"""The pictures of a probe's report: which there are, and each as an SVG or all on one page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from winitgen.errors import UsageError
from winitgen.report.plots import deck, depth, histograms, sweep
from winitgen.report.plots.canvas import drawing, library, new_figure, rendered
from winitgen.report.plots.labels import plain
from winitgen.report.plots.reading import Picture, Values

if TYPE_CHECKING:
    from matplotlib.figure import Figure, FigureBase

NAMES = ("deck", "depth", "histograms", "sweep")
"""The kinds of picture, in the order of a page."""

ENDINGS = (".png", ".svg")
"""What `image` writes."""


class Kind(NamedTuple):
    """One kind of picture: the reports it applies to, what it is called and tells, its inches, its drawing."""

    applies: Callable[[Values], bool]
    title: Callable[[Values], str]
    alt: Callable[[Values], str]
    height: Callable[[Values], float]
    draw: Callable[[FigureBase, Values], None]


def check() -> None:
    """Raise `UsageError` where matplotlib is missing: to be asked before the work that is to be drawn."""
    library()


def figures(report: Values, wanted: Sequence[str] = ()) -> list[str]:
    """Return the names of the pictures that apply to a report, in the order of a page.

    A sweep is drawn against what it varies, everything else layer by layer. ``wanted`` are the only ones
    to be drawn, where any are named.
    """
    kinds = _kinds(report, None)
    names = [name for name in NAMES if (name == "sweep") == bool(report["variable"])]
    return [name for name in names if kinds[name].applies(report) and name in (wanted or NAMES)]


def check_names(names: Sequence[str]) -> None:
    """Raise `UsageError` for a picture that does not exist."""
    unknown = next((name for name in names if name not in NAMES), None)
    if unknown is not None:
        raise UsageError(f"unknown figure '{plain(unknown)}'; the figures are {', '.join(NAMES)}")


def svg(report: Values, name: str, *, layer: str | None = None) -> bytes:
    """Return one picture as an SVG that needs no font and loads nothing.

    ``layer`` is the one that ``deck`` shows; left out it is the first with a kernel. Raises `UsageError`
    where there is no such layer.
    """
    with drawing():
        return _svg(report, name, layer)


def described(report: Values, *, wanted: Sequence[str] = (), layer: str | None = None) -> list[Picture]:
    """Return every picture that applies, with its title and what it shows in one sentence.

    ``wanted`` is that of `figures`, ``layer`` that of `svg`.
    """
    with drawing():
        kinds = _kinds(report, layer)
        return [
            Picture(kinds[name].title(report), kinds[name].alt(report), _svg(report, name, layer))
            for name in figures(report, wanted)
        ]


def image(report: Values, ending: str, *, wanted: Sequence[str] = (), layer: str | None = None) -> bytes:
    """Return all pictures that apply on one page, as ``.png`` with 150 dots per inch or as ``.svg``.

    ``wanted`` is that of `figures`, ``layer`` that of `svg`. Raises `UsageError` where the ending is
    another, or nothing that is wanted can be drawn.
    """
    if ending not in ENDINGS:
        raise UsageError(f"a picture ends in {' or '.join(ENDINGS)}, not in {ending}")
    with drawing():
        names, heading = figures(report, wanted), caption(report)
        if not names:
            raise UsageError(f"this report has nothing for the figure {' or '.join(wanted or NAMES)}")
        return rendered(page(report, names, heading, layer=layer), ending, heading)


def caption(report: Values) -> str:
    """Return the line over a page: the model, and what was sent through it."""
    sent = f"{report['samples']} samples, input: {plain(report['input'])}"
    parts = (plain(report["model"]), sent, f"seed {report['seed']}", plain(report["dtype"]))
    return ", ".join(part for part in parts if part)


def page(report: Values, names: Sequence[str], heading: str = "", *, layer: str | None = None) -> Figure:
    """Return one figure with these pictures below each other; it is called inside `drawing`."""
    kinds = _kinds(report, layer)
    heights = [kinds[name].height(report) for name in names]
    figure = new_figure(sum(heights) + (0.35 if heading else 0.0))
    if heading:
        figure.suptitle(heading, x=0.01, ha="left", fontsize=9, fontweight="normal")
    parts: Any = figure.subfigures(len(names), 1, height_ratios=heights, squeeze=False)
    for part, name in zip(parts[:, 0], names, strict=True):
        kinds[name].draw(part, report)
    return figure


def _svg(report: Values, name: str, layer: str | None) -> bytes:
    return rendered(page(report, [name], layer=layer), ".svg", _kinds(report, layer)[name].title(report))


def _kinds(report: Values, layer: str | None) -> dict[str, Kind]:
    """Return the kinds of picture by their names; that of one layer shows ``layer``."""
    if layer is not None and deck.shown_layer(report, layer) is None:
        raise UsageError(f"layer {plain(layer)} has no kernel that was drawn and measured")
    return {
        "deck": Kind(
            deck.applies,
            partial(deck.title, layer=layer),
            partial(deck.alt, layer=layer),
            deck.height,
            partial(deck.draw, layer=layer),
        ),
        "depth": Kind(depth.applies, depth.title, depth.alt, depth.height, depth.draw),
        "histograms": Kind(
            histograms.applies, histograms.title, histograms.alt, histograms.height, histograms.draw
        ),
        "sweep": Kind(sweep.applies, sweep.title, sweep.alt, sweep.height, sweep.draw),
    }

"""The figures of a probe's report: which apply, each as an SVG, or all on one page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from winitgen.errors import UsageError
from winitgen.numeric.amount import amount
from winitgen.report.plots import deck, depth, histograms, sweep
from winitgen.report.plots.canvas import drawing, library, new_figure, rendered
from winitgen.report.plots.choice import chosen
from winitgen.report.plots.labels import plain
from winitgen.report.plots.paper import NARROW, Paper, check_paper
from winitgen.report.plots.reading import RenderedFigure, Values, whole
from winitgen.report.plots.style import head_height, headed
from winitgen.report.probe_spread import seeds

if TYPE_CHECKING:
    from matplotlib.figure import Figure, FigureBase

NAMES = ("deck", "depth", "histograms", "sweep")
"""The kinds of figure, in the order of a page."""

ENDINGS = (".png", ".svg", ".pdf")
"""The endings for `page_file`."""


class Kind(NamedTuple):
    """One kind of figure: whether it applies to a report, its title, alternative text, height, and drawing."""

    applies: Callable[[Values], bool]
    title: Callable[[Values], str]
    alt: Callable[[Values], str]
    height: Callable[[Values], float]
    draw: Callable[[FigureBase, Values], None]


def check() -> None:
    """Raise `UsageError` if matplotlib is missing; called before the probe runs."""
    library()


def figures(report: Values, wanted: Sequence[str] = ()) -> list[str]:
    """Return the names of the figures that apply to a report, in the order of a page.

    A sweep is drawn against the varied value, any other report layer by layer. ``wanted`` are the names
    of the figures to draw, by default all.
    """
    kinds = _kinds(report, None)
    names = [name for name in NAMES if (name == "sweep") == bool(report["variable"])]
    return [name for name in names if kinds[name].applies(report) and name in (wanted or NAMES)]


def check_names(names: Sequence[str]) -> None:
    """Raise `UsageError` for an unknown figure."""
    unknown = next((name for name in names if name not in NAMES), None)
    if unknown is not None:
        raise UsageError(f"unknown figure '{plain(unknown)}'; the figures are {', '.join(NAMES)}")


def svg(
    report: Values,
    name: str,
    *,
    layer: str | None = None,
    layers: Sequence[str] = (),
    paper: Paper | None = None,
) -> bytes:
    """Return one figure as an SVG that needs no font and loads nothing.

    ``layer`` is the layer in the figure ``deck``, by default the first with a kernel; ``layers`` are patterns of the names of the
    layers to draw, by default all, or of many the ends of blocks; ``paper`` is what is drawn on. Raises `UsageError` if there is
    no such layer.
    """
    with drawing(paper):
        return _svg(chosen(report, layers), name, layer)


def described(
    report: Values,
    *,
    wanted: Sequence[str] = (),
    layer: str | None = None,
    layers: Sequence[str] = (),
    paper: Paper | None = None,
) -> list[RenderedFigure]:
    """Return every figure that applies, with its title and its alternative text, and once more for a narrow screen.

    ``wanted`` is as in `figures`, the others are as in `svg`.
    """
    drawn = chosen(report, layers)
    names, kinds = figures(drawn, wanted), _kinds(drawn, layer)
    with drawing(NARROW):
        narrow = [_svg(drawn, name, layer) for name in names]
    with drawing(paper):
        return [
            RenderedFigure(kinds[name].title(drawn), kinds[name].alt(drawn), _svg(drawn, name, layer), small)
            for name, small in zip(names, narrow, strict=True)
        ]


def page_file(
    report: Values,
    ending: str,
    *,
    wanted: Sequence[str] = (),
    layer: str | None = None,
    layers: Sequence[str] = (),
    paper: Paper | None = None,
) -> bytes:
    """Return all figures that apply on one page, as ``.png``, ``.svg`` or ``.pdf``.

    ``wanted`` is as in `figures`, the others are as in `svg`. Raises `UsageError` for another ending, or if none of the wanted
    figures applies.
    """
    if ending not in ENDINGS:
        raise UsageError(f"a figure ends in {', '.join(ENDINGS)}, not in {ending}")
    paper = paper or Paper()
    check_paper(paper)
    with drawing(paper):
        drawn = chosen(report, layers)
        names = figures(drawn, wanted)
        if not names:
            raise UsageError(f"this report has no data for the figure {' or '.join(wanted or NAMES)}")
        heading = caption(report) if paper.title is None else _printable(paper.title)
        return rendered(page(drawn, names, heading, layer=layer), ending, heading)


def _printable(title: str) -> str:
    """Return a title of one line, with escapes for what the font has not."""
    return " ".join(plain(word, len(title) or 1) for word in title.split())


def caption(report: Values) -> str:
    """Return the heading of a page: the model, the batch, the seed and the number format."""
    batch = f"{amount(report['samples'], 'sample')}, input: {plain(report['input'])}"
    texts = (plain(report["model"]), batch, seeds(report), plain(report["dtype"]))
    return ", ".join(text for text in texts if text)


def page(report: Values, names: Sequence[str], heading: str = "", *, layer: str | None = None) -> Figure:
    """Return one matplotlib figure with the named figures below each other; call it inside `drawing`."""
    kinds = _kinds(report, layer)
    heights = [kinds[name].height(report) for name in names]
    top = 0.35 + head_height(heading, 9.0, "normal") if heading else 0.0
    figure = new_figure(sum(heights) + top)
    if heading:
        headed(figure, heading, 9.0, "normal")
    subfigures: Any = figure.subfigures(len(names), 1, height_ratios=heights, squeeze=False)
    for subfigure, name in zip(subfigures[:, 0], names, strict=True):
        kinds[name].draw(subfigure, report)
    return figure


def _svg(report: Values, name: str, layer: str | None) -> bytes:
    return rendered(page(report, [name], layer=layer), ".svg", _kinds(report, layer)[name].title(report))


def _kinds(report: Values, layer: str | None) -> dict[str, Kind]:
    """Return the kinds of figure by their names; ``deck`` shows ``layer``."""
    if layer is not None and deck.shown_layer(whole(report), layer) is None:
        raise UsageError(f"layer {plain(layer)} has no kernel that was drawn and measured")
    return {
        "deck": Kind(
            lambda report: deck.applies(whole(report)),
            lambda report: deck.title(whole(report), layer),
            lambda report: deck.alt(whole(report), layer),
            lambda report: deck.height(whole(report), layer),
            lambda figure, report: deck.draw(figure, whole(report), layer),
        ),
        "depth": Kind(depth.applies, depth.title, depth.alt, depth.height, depth.draw),
        "histograms": Kind(
            histograms.applies, histograms.title, histograms.alt, histograms.height, histograms.draw
        ),
        "sweep": Kind(sweep.applies, sweep.title, sweep.alt, sweep.height, sweep.draw),
    }

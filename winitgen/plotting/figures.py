"""The pictures of a probe's report: which there are, and each as an SVG or all on one page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from winitgen.errors import UsageError
from winitgen.plotting import deck, depth, histograms, sweep
from winitgen.plotting.canvas import drawing, library, new_figure, rendered
from winitgen.plotting.labels import plain
from winitgen.plotting.reading import Picture, Values

if TYPE_CHECKING:
    from matplotlib.figure import Figure, FigureBase

ENDINGS = (".png", ".svg")
"""What `image` writes."""


class Kind(NamedTuple):
    """One kind of picture: the reports it applies to, what it is called and tells, its inches, its drawing."""

    applies: Callable[[Values], bool]
    title: Callable[[Values], str]
    alt: Callable[[Values], str]
    height: Callable[[Values], float]
    draw: Callable[[FigureBase, Values], None]


KINDS = {
    "deck": Kind(deck.applies, deck.title, deck.alt, deck.height, deck.draw),
    "depth": Kind(depth.applies, depth.title, depth.alt, depth.height, depth.draw),
    "histograms": Kind(
        histograms.applies, histograms.title, histograms.alt, histograms.height, histograms.draw
    ),
    "sweep": Kind(sweep.applies, sweep.title, sweep.alt, sweep.height, sweep.draw),
}
"""The kinds of picture by their names, in the order of a page."""


def check() -> None:
    """Raise `UsageError` where matplotlib is missing: to be asked before the work that is to be drawn."""
    library()


def figures(report: Values) -> list[str]:
    """Return the names of the pictures that apply to a report, in the order of a page.

    A sweep is drawn against what it varies, everything else layer by layer.
    """
    names = ("sweep",) if report["variable"] else ("deck", "depth", "histograms")
    return [name for name in names if KINDS[name].applies(report)]


def svg(report: Values, name: str) -> bytes:
    """Return one picture as an SVG that needs no font and loads nothing."""
    with drawing():
        return rendered(_figure(report, [name]), ".svg", KINDS[name].title(report))


def described(report: Values) -> list[Picture]:
    """Return every picture that applies, with its title and what it shows in one sentence."""
    with drawing():
        return [
            Picture(
                KINDS[name].title(report),
                KINDS[name].alt(report),
                rendered(_figure(report, [name]), ".svg", KINDS[name].title(report)),
            )
            for name in figures(report)
        ]


def image(report: Values, ending: str) -> bytes:
    """Return all pictures that apply on one page, as ``.png`` with 150 dots per inch or as ``.svg``.

    Raises `UsageError` where the ending is another, or nothing of the report can be drawn.
    """
    if ending not in ENDINGS:
        raise UsageError(f"a picture ends in {' or '.join(ENDINGS)}, not in {ending}")
    with drawing():
        names = figures(report)
        if not names:
            raise UsageError("the report holds nothing that can be drawn: no layer was measured")
        return rendered(_figure(report, names, caption(report)), ending, caption(report))


def caption(report: Values) -> str:
    """Return the line over a page: the model, and what was sent through it."""
    sent = f"{report['samples']} samples, input: {plain(report['input'])}"
    parts = (plain(report["model"]), sent, f"seed {report['seed']}", plain(report["dtype"]))
    return ", ".join(part for part in parts if part)


def _figure(report: Values, names: Sequence[str], heading: str = "") -> Figure:
    """Return one figure with these pictures below each other."""
    heights = [KINDS[name].height(report) for name in names]
    figure = new_figure(sum(heights) + (0.35 if heading else 0.0))
    if heading:
        figure.suptitle(heading, x=0.01, ha="left", fontsize=9, fontweight="normal")
    parts: Any = figure.subfigures(len(names), 1, height_ratios=heights, squeeze=False)
    for part, name in zip(parts[:, 0], names, strict=True):
        KINDS[name].draw(part, report)
    return figure

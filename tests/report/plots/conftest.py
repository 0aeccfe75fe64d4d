"""Figures to examine, if matplotlib is installed.

If it is missing these tests are skipped, or fail if the environment has ``CI=true``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.util import find_spec
from itertools import combinations
from typing import Any

import pytest

from tests.needed import missing
from winitgen.report.plots.canvas import drawing
from winitgen.report.plots.figures import page


@pytest.fixture(scope="session", autouse=True)
def _matplotlib() -> None:
    """Skip the tests of the plots without matplotlib, or fail them if CI is true."""
    if find_spec("matplotlib") is None:
        missing("matplotlib", "install it with: pip install -e '.[plot]'")


@pytest.fixture(scope="module")
def drawn() -> Iterator[Callable[..., Any]]:
    """Return a function that draws the named figures of a report on one page, with its final layout."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    with drawing():

        def draw(report: dict[str, Any], *names: str) -> Any:
            figure = page(report, names)
            FigureCanvasAgg(figure).draw()
            return figure

        yield draw


@pytest.fixture(scope="module")
def texts() -> Callable[[Any], list[tuple[str, Any]]]:
    """Return a function that finds every visible text of a figure, with its bounding box in dots."""
    from matplotlib.text import Text

    def find(figure: Any) -> list[tuple[str, Any]]:
        renderer = figure.canvas.get_renderer()
        hidden = {id(text) for axes in figure.axes for text in _hidden_ticks(axes)}
        return [
            (text.get_text(), text.get_window_extent(renderer))
            for text in figure.findobj(Text)
            if text.get_visible() and text.get_text().strip() and id(text) not in hidden
        ]

    return find


def _hidden_ticks(axes: Any) -> Iterator[Any]:
    """Yield the labels of ticks outside their axis, which are not drawn."""
    for axis, ends in ((axes.xaxis, axes.get_xlim()), (axes.yaxis, axes.get_ylim())):
        for tick in axis.get_major_ticks() + axis.get_minor_ticks():
            if not min(ends) <= tick.get_loc() <= max(ends):
                yield from (tick.label1, tick.label2)


@pytest.fixture(scope="module")
def collisions(texts: Callable[[Any], list[tuple[str, Any]]]) -> Callable[[Any], list[str]]:
    """Return a function that lists the texts of a figure that touch each other, or its border."""
    from matplotlib.transforms import Bbox

    def find(figure: Any) -> list[str]:
        visible = texts(figure)
        inside = figure.bbox.padded(1.0)
        out = [f"{text!r} leaves the figure" for text, box in visible if not _holds(inside, box)]
        return out + [
            f"{one!r} touches {other!r}"
            for (one, box), (other, area) in combinations(visible, 2)
            if (both := Bbox.intersection(_wider(box), area)) is not None and min(both.size) > 0.5
        ]

    return find


def _wider(box: Any) -> Any:
    """Return a box with a narrow margin on both sides, as texts in a line need a space between them."""
    return box.padded(5.0, 0.0)


def _holds(outer: Any, inner: Any) -> bool:
    """Whether one box is inside the other."""
    return bool(
        outer.x0 <= inner.x0 and inner.x1 <= outer.x1 and outer.y0 <= inner.y0 and inner.y1 <= outer.y1
    )

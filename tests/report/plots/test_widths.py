"""Pages of other widths are readable, too. No test here takes the fixture ``drawn``, which holds the settings of its page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.report.plots import sample
from winitgen.report.plots.canvas import drawing
from winitgen.report.plots.figures import figures, page
from winitgen.report.plots.paper import Paper

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    "paper", [Paper(width=4.0), Paper(width=3.0), Paper(width=20.0)], ids=["4", "3", "20"]
)
@pytest.mark.parametrize("name", ["deck", "glorot", "rectified", "sweep"])
def test_nothing_overlaps_on_a_page_of_any_width(
    name: str, paper: Paper, collisions: Callable[[Any], list[str]]
) -> None:
    """Texts are inside the page, and do not touch each other."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    report = getattr(sample, name)()
    with drawing(paper):
        figure = page(report, figures(report), "a heading of some words that is wider than a page")
        FigureCanvasAgg(figure).draw()

        assert [] == collisions(figure)

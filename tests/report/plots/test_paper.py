"""The page: its width, its dots, its colours, its title, and its endings."""

from __future__ import annotations

import io
import struct
from typing import Any

import numpy as np
import pytest

from tests.report.plots import sample
from winitgen.errors import UsageError
from winitgen.report.plots import figures
from winitgen.report.plots.canvas import drawing
from winitgen.report.plots.paper import Paper

NARROW, DARK = Paper(width=4.0, dpi=100), Paper(dark=True)


def pixels(png: bytes) -> Any:
    """Return the channels of a PNG."""
    from matplotlib.image import imread

    return imread(io.BytesIO(png))


def size(png: bytes) -> tuple[int, int]:
    """Return the width and the height of a PNG in dots."""
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def test_a_narrow_page_is_higher() -> None:
    """400 dots: texts keep their size, and panels stand below each other."""
    wide = size(figures.page_file(sample.glorot(), ".png", paper=Paper(dpi=100)))
    narrow = size(figures.page_file(sample.glorot(), ".png", paper=NARROW))

    assert (1000, 400) == (wide[0], narrow[0])
    assert narrow[1] > 1.3 * wide[1]


def test_a_dark_page_has_light_texts() -> None:
    """Its corner is dark, and it has about as many light dots as the other has dark ones."""
    dark, light = (
        pixels(figures.page_file(sample.glorot(), ".png", paper=paper)) for paper in (DARK, Paper())
    )

    assert (dark[0, 0, :3] < 0.15).all()
    assert (light[0, 0, :3] == 1).all()
    assert (dark[..., :3].mean(axis=-1) > 0.85).mean() > 0.005


def test_every_run_is_seen_on_a_dark_page() -> None:
    """Also the seventh, whose colour is black on white paper."""
    from matplotlib.colors import to_rgb

    from winitgen.report.plots.style import look

    with drawing(DARK):
        assert min(sum(to_rgb(look(index).colour)) for index in range(8)) > 1.0


@pytest.mark.parametrize("paper", [Paper(), DARK], ids=["light", "dark"])
def test_a_transparent_page_has_no_ground(paper: Paper) -> None:
    """Most of it lets everything through, in a PNG; an SVG draws no ground."""
    clear = paper._replace(transparent=True)
    png = pixels(figures.page_file(sample.glorot(), ".png", paper=clear))

    assert 0 == png[0, 0, 3]
    assert np.mean(png[..., 3] == 0) > 0.5
    ground = b"fill: " + paper.background.encode()
    assert ground in figures.page_file(sample.glorot(), ".svg", paper=paper)
    assert ground not in figures.page_file(sample.glorot(), ".svg", paper=clear)


def test_a_title_replaces_the_heading() -> None:
    """It is a text, never a formula, also in what the file says of itself; an empty one leaves the heading out."""
    titled = figures.page_file(sample.sweep(), ".png", paper=Paper(title="Why $gain$ = 1\nmatters"))
    bare = figures.page_file(sample.sweep(), ".png", paper=Paper(title=""))

    assert b"Title\x00Why $gain$ = 1 matters" in titled
    assert size(bare)[1] < size(titled)[1]


def test_a_pdf_is_the_same_each_time_and_says_who_made_it() -> None:
    """Without a date, a version or the fonts of the reader's machine."""
    first, second = (figures.page_file(sample.glorot(), ".pdf") for _ in range(2))

    assert first == second
    assert first.startswith(b"%PDF-")
    assert b"/Creator (winitgen)" in first
    assert b"Matplotlib" not in first
    assert b"CreationDate" not in first
    assert b"/FontFile2" in first


@pytest.mark.parametrize(
    ("paper", "message"),
    [
        (Paper(width=2.5), "a figure is from 3 to 40 inches wide, not 2.5"),
        (Paper(width=float("nan")), "a figure is from 3 to 40 inches wide, not nan"),
        (Paper(dpi=10), "a figure has from 30 to 1200 dots per inch, not 10"),
        (
            Paper(width=40.0, dpi=1200),
            "40 inches at 1200 dots per inch are 48,000 dots; at most 20,000 are drawn",
        ),
    ],
)
def test_a_page_that_cannot_be_drawn_is_refused(paper: Paper, message: str) -> None:
    """One line each."""
    with pytest.raises(UsageError) as refusal:
        figures.page_file(sample.glorot(), ".png", paper=paper)

    assert message == str(refusal.value)

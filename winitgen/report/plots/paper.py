"""What figures are drawn on: the width, the dots, the colours and the title of a page."""

from __future__ import annotations

from typing import NamedTuple

from winitgen.errors import UsageError

WIDTHS = (3.0, 40.0)
"""Least and largest width of a page in inches: narrower, its texts have no room."""

DPIS = (30, 1200)
"""Least and largest number of dots per inch."""

MOST_DOTS = 20_000
"""Most dots side by side: a picture of more takes gigabytes while it is drawn."""


class Paper(NamedTuple):
    """A page to draw on.

    ``width`` is in inches; texts keep their size, and panels stand below each other where there is no room beside each other.
    ``dpi`` is the number of dots per inch of a PNG. ``title`` replaces the heading with the model and the batch; an empty one
    leaves it out. On a ``dark`` page light texts stand on dark ground; a ``transparent`` page has no ground of its own.
    """

    width: float = 10.0
    dpi: int = 150
    title: str | None = None
    dark: bool = False
    transparent: bool = False

    @property
    def ink(self) -> str:
        """The colour of texts and lines."""
        return "#e8e8e8" if self.dark else "#000000"

    @property
    def background(self) -> str:
        """The colour of the page."""
        return "#16191f" if self.dark else "#ffffff"

    @property
    def grid(self) -> str:
        """The colour of the lines behind values."""
        return "#3a404a" if self.dark else "#dddddd"


NARROW = Paper(width=4.0)
"""The page of a screen on which a wider one would have tiny letters: panels stand below each other."""


def check_paper(paper: Paper) -> None:
    """Raise `UsageError` for a page that cannot be drawn on."""
    least, most = WIDTHS
    if not least <= paper.width <= most:
        raise UsageError(f"a figure is from {least:g} to {most:g} inches wide, not {paper.width:g}")
    fewest, finest = DPIS
    if not fewest <= paper.dpi <= finest:
        raise UsageError(f"a figure has from {fewest} to {finest} dots per inch, not {paper.dpi}")
    if paper.width * paper.dpi > MOST_DOTS:
        dots = f"{paper.width * paper.dpi:,.0f}"
        raise UsageError(
            f"{paper.width:g} inches at {paper.dpi} dots per inch are {dots} dots; at most {MOST_DOTS:,} are drawn"
        )

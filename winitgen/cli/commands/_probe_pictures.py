"""The options of ``winitgen probe`` about its figures: which are drawn, of which layers, and on what page."""

from __future__ import annotations

from collections.abc import Callable
from math import isnan
from typing import Any

import click

from winitgen.cli import completions
from winitgen.cli.sections import WholeNumber, option
from winitgen.errors import UsageError
from winitgen.report.plots.paper import DPIS, WIDTHS, Paper, check_paper

PAGES = (".png", ".svg", ".pdf")
"""The endings of the files on whose pages ``--width`` and its like have an effect."""

_ON_A_PAGE = ("width", "dpi", "title", "dark", "transparent")


class Inches(click.FloatRange):
    """A number of inches; a refusal says in words which are taken."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the number, or fail with the least and the largest."""
        try:
            number = float(super().convert(value, param, ctx))
            if isnan(number):
                self.fail("", param, ctx)
            return number
        except click.BadParameter:
            from winitgen.spec.mistakes import show

            self.fail(
                f"expected inches from {self.min:g} to {self.max:g}, not {show(str(value))}", param, ctx
            )


_OPTIONS = (
    option(
        "Figures",
        "--plot",
        metavar="FILE",
        multiple=True,
        help="Write the figures to FILE.png, .svg, .pdf or .html; replaces former figures.",
        shell_complete=completions.path,
    ),
    option(
        "Figures",
        "--figure",
        metavar="NAME",
        multiple=True,
        help="Draw only this figure: deck, depth, histograms or sweep.",
        shell_complete=completions.figure,
    ),
    option(
        "Figures",
        "--layer",
        metavar="NAME",
        help="The layer shown in the figure deck.  [default: the first with a kernel]",
    ),
    option(
        "Figures",
        "--layers",
        metavar="PATTERN",
        multiple=True,
        help="Draw only the layers whose names fit PATTERN, such as '*.mlp.*'.  [default: of many, the ends of blocks]",
    ),
    option(
        "Figures",
        "--width",
        metavar="INCHES",
        type=Inches(*WIDTHS),
        help="Width of the page; texts keep their size.  [default: 10]",
    ),
    option(
        "Figures",
        "--dpi",
        metavar="DOTS",
        type=WholeNumber(*DPIS),
        help="Dots per inch of a .png.  [default: 150]",
    ),
    option(
        "Figures",
        "--title",
        metavar="TEXT",
        help="Heading of the page; '' leaves it out.  [default: the model, its samples and seed]",
    ),
    option("Figures", "--dark", is_flag=True, help="Draw light on dark ground."),
    option("Figures", "--transparent", is_flag=True, help="Leave out the ground of the page."),
)


def of_figures(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of the figures, from ``--plot`` to ``--transparent``."""
    for one in reversed(_OPTIONS):
        command = one(command)
    return command


def check_figures(choices: dict[str, Any]) -> None:
    """Raise `UsageError` for options of figures without a file that they have an effect on."""
    from winitgen.report.files import ending_of

    if not choices["plot"]:
        named = [
            f"--{name}"
            for name in ("figure", "layer", "layers", *_ON_A_PAGE)
            if choices[name] not in (None, (), False)
        ]
        if named:
            raise UsageError(f"{named[0]} is about what --plot draws; name a file with --plot")
        return
    for name in _ON_A_PAGE:
        page = next((path for path in choices["plot"] if ending_of(path) not in PAGES), None)
        if page is not None and choices[name] not in (None, False):
            raise UsageError(
                f"--{name} is about pages of {', '.join(PAGES)}, and not about {page}; leave out one of them"
            )
    if choices["dpi"] is not None and not any(ending_of(path) == ".png" for path in choices["plot"]):
        raise UsageError(
            f"--dpi is about .png, and {choices['plot'][0]} has no dots; use --width, or write a .png"
        )
    check_paper(paper(choices))


def paper(choices: dict[str, Any]) -> Paper:
    """Return the page that the options ask for."""
    usual = Paper()
    return Paper(
        width=usual.width if choices["width"] is None else choices["width"],
        dpi=usual.dpi if choices["dpi"] is None else choices["dpi"],
        title=choices["title"],
        dark=choices["dark"],
        transparent=choices["transparent"],
    )

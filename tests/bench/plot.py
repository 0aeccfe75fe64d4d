"""The picture: for each piece of work, how many times winitgen's time, or memory, the others took."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench.arrangement import BARS, FOOT, HEAD, LABELS, MARGIN, TOP, arranged, drawn, ends, height
from tests.bench.panel import panel
from tests.bench.results import Results
from tests.bench.table import heading

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TITLE = "Time, or memory, of the others divided by winitgen's (right of the line: winitgen took less)"


class NoPlot(Exception):
    """There is nothing to draw with, or nothing to draw; the message says which."""


def draw(results: Results, path: Path) -> None:
    """Write the picture, in the format that the path's ending names; raise `NoPlot` if there is none."""
    panels = {group: bars for group, rows in results.groups().items() if (bars := drawn(rows))}
    if not panels:
        raise NoPlot("no plot: nothing was measured beside winitgen")
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise NoPlot("no plot: matplotlib is missing; pip install -e '.[plot]'") from None
    columns = arranged({group: height(rows) for group, rows in panels.items()})
    width = MARGIN + len(columns) * (LABELS + BARS + MARGIN)
    tall = TOP + max(sum(height(panels[group]) for group in column) for column in columns)
    figure = Figure(figsize=(width, tall), dpi=110)
    _title(figure, results)
    shared = ends([row for rows in panels.values() for row in rows])
    for number, column in enumerate(columns):
        left, top = MARGIN + LABELS + number * (LABELS + BARS + MARGIN), tall - TOP
        for group in column:
            high = height(panels[group])
            bottom, inner = top - high + FOOT, high - HEAD - FOOT
            axes = figure.add_axes((left / width, bottom / tall, BARS / width, inner / tall))
            panel(axes, group, panels[group], shared)
            top -= high
    figure.savefig(path)


def _title(figure: Figure, results: Results) -> None:
    """Write what the picture shows, and where the run was made."""
    width, tall = figure.get_size_inches()
    figure.text(MARGIN / width, 1 - 0.25 / tall, TITLE, size=11, weight="bold", va="center")
    for line, text in enumerate(heading(results)[:2]):
        figure.text(MARGIN / width, 1 - (0.5 + 0.16 * line) / tall, text, size=6.5, va="center")

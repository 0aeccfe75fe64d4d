"""One panel of the picture: the works of a group, and a bar for each of the others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tests.bench.arrangement import BAR, GAP, thick
from tests.bench.results import OURS, Entry, Row
from tests.bench.table import ratio

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLOURS = {
    "NumPy's path": "#a6cee3",
    "former": "#1f78b4",
    "PyTorch": "#e6683c",
    "NumPy": "#59a14f",
    "JAX": "#9467bd",
    "Keras": "#d62755",
    "limit": "#b8b8b8",
}
"""Colours of contenders by name, or by kind."""

OTHER = "#c49c6b"


def panel(axes: Axes, group: str, rows: Sequence[Row], ends: tuple[float, float]) -> None:
    """Draw the bars of a group, from 1 to the ratio, on the axis that all panels share."""
    axes.set_title(group, loc="left", size=9, weight="bold")
    axes.set_xscale("log")
    axes.set_xlim(*ends)
    axes.set_ylim(sum(map(thick, rows)), 0)
    axes.set_axisbelow(True)
    axes.grid(axis="x", color="#e4e4e4", linewidth=0.5)
    axes.axvline(1, color="black", linewidth=0.8)
    axes.tick_params(axis="x", labelsize=6.5, length=2)
    axes.tick_params(axis="x", which="minor", length=0, labelbottom=False)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}x")
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    top, middles = 0.0, []
    for row in rows:
        others = [entry for entry in row.entries if entry.kind != OURS]
        middles.append(top + thick(row) / 2)
        for number, entry in enumerate(others):
            bar(axes, row, entry, top + GAP / 2 + BAR * (number + 0.5))
        top += thick(row)
    axes.set_yticks(middles, [row.work for row in rows], size=6.5)
    axes.tick_params(axis="y", length=0)


def bar(axes: Axes, row: Row, entry: Entry, middle: float) -> None:
    """Draw one bar, its name and ratio beside it, and the quartiles of the ratio as a line."""
    value, spread = row.ratio(entry), row.ratios(entry)
    assert value is not None
    colour = COLOURS.get(entry.name) or COLOURS.get(entry.kind, OTHER)
    axes.barh(middle, value - 1, BAR * 0.85, left=1, color=colour)
    # A bar to the left of 1 has its words to the right of 1, where there is room.
    end = max(1, value)
    if spread is not None:
        axes.plot(spread, (middle, middle), color="black", linewidth=0.6, alpha=0.6)
        end = max(end, spread[1])
    words = f"{entry.name} {ratio(value)}"
    axes.annotate(words, (end, middle), (3, 0), textcoords="offset points", size=6, va="center")

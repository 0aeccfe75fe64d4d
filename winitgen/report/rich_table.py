"""A table as rich draws it on a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, TextIO

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from winitgen.report.columns import NUMERIC

VERDICT = "verdict"
COLOURS = dict.fromkeys(("healthy", "agrees"), "green") | dict.fromkeys(
    ("vanishing", "exploding", "saturating", "dead", "differs"), "red"
)
"""The colours of verdicts on a terminal that shows them."""


def rich_table(
    head: Sequence[str], rows: Iterable[Sequence[str]], out: TextIO, *, wrap: bool = False
) -> None:
    """Print a table as wide as its cells, or as the terminal if they may ``wrap``; the first column never does."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0))
    for place, title in enumerate(head):
        side: Literal["left", "right"] = "right" if title in NUMERIC else "left"
        table.add_column(title, justify=side, no_wrap=not wrap or not place, overflow="fold")
    for row in rows:
        table.add_row(*(_text(title, cell) for title, cell in zip(head, row, strict=True)))
    Console(file=out, highlight=False).print(table)


def _text(title: str, cell: str) -> Text:
    return Text(cell, COLOURS.get(cell, "") if title == VERDICT else "")

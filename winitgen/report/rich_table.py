"""A table as rich draws it on a terminal."""

from __future__ import annotations

import re
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
    return coloured(cell) if title == VERDICT else Text(cell)


_TOLD = re.compile(rf"(?:^|(?<=[:;] ))(?:{'|'.join(COLOURS)})(?=$|;| in \d| in all | from )")
"""A verdict in a cell, or in a line: at the start or behind a label, and followed by seeds, by a layer, or by nothing."""


def coloured(line: str) -> Text:
    """Return a line with its verdicts in their colours."""
    text = Text(line)
    for found in _TOLD.finditer(line):
        text.stylize(COLOURS[found[0]], *found.span())
    return text


def print_coloured(line: str, out: TextIO) -> None:
    """Print a line with its verdicts in their colours, as long as it is."""
    Console(file=out, highlight=False, soft_wrap=True).print(coloured(line))

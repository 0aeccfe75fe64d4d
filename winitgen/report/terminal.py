"""Tables as text: drawn by rich on a terminal, plain and aligned in a pipe or a file."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterable, Iterator, Sequence
from typing import TextIO

from winitgen.errors import printable
from winitgen.report.columns import NUMERIC
from winitgen.report.packed_rows import PackedRows

GAP = "  "
INDENT = "    "


MOST_FOR_RICH = 10_000
"""Rows of the longest table that rich draws, which keeps several objects of each cell."""


MOST_PADDING = 300
"""Columns up to which a column is aligned: beside a name of a megabyte, as a file may have, each row would be as long."""


def print_table(head: Sequence[str], rows: PackedRows | Sequence[Sequence[str]], out: TextIO) -> None:
    """Print a table; rich is imported only on a terminal, so that a pipeline does not wait for it.

    On a terminal too narrow for the table, each row is printed as a paragraph.
    """
    if not isinstance(rows, PackedRows):
        rows = [[printable(cell) for cell in row] for row in rows]
    if not out.isatty():
        out.writelines(f"{line}\n" for line in plain_lines(head, rows))
        return
    width = _width(out)
    if max(len(line) for line in plain_lines(head, rows)) + 2 * len(head) > width:
        out.writelines(f"{line}\n" for line in stacked_lines(head, rows, width))
    elif len(rows) > MOST_FOR_RICH:
        out.writelines(f"{line}\n" for line in plain_lines(head, rows))
    else:
        _rich_table(head, rows, out)


def _width(terminal: TextIO) -> int:
    """Return the columns of a terminal; ``COLUMNS`` comes first if it is a number above 0."""
    stated = os.environ.get("COLUMNS", "")
    given = int(stated) if stated.isascii() and stated.isdecimal() and len(stated) < 10 else 0
    return given or os.get_terminal_size(terminal.fileno()).columns or 80


def plain_lines(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of a table with columns aligned by spaces, up to `MOST_PADDING`.

    >>> list(plain_lines(["tensor", "std"], [["fc.weight", "0.05"]]))
    ['tensor      std', 'fc.weight  0.05']
    """
    widths = [len(title) for title in head]
    for row in rows:
        widths = [max(width, min(len(cell), MOST_PADDING)) for width, cell in zip(widths, row, strict=True)]
    for row in itertools.chain([head], rows):
        cells = (
            cell.rjust(width) if title in NUMERIC else cell.ljust(width)
            for cell, width, title in zip(row, widths, head, strict=True)
        )
        yield GAP.join(cells).rstrip()


def stacked_lines(head: Sequence[str], rows: Iterable[Sequence[str]], width: int) -> Iterator[str]:
    """Yield each row as its first cell, and the others with their titles indented below it.

    >>> list(stacked_lines(["tensor", "mean", "std"], [["fc.weight", "0", "0.05"]], 40))
    ['fc.weight', '    mean: 0;  std: 0.05']
    """
    for first, *rest in rows:
        yield first
        items = [f"{title}: {cell}" for title, cell in zip(head[1:], rest, strict=True) if cell]
        line = ""
        for item in items:
            longer = f"{line};{GAP}{item}" if line else item
            if line and len(INDENT) + len(longer) >= width:
                yield f"{INDENT}{line};"
                longer = item
            line = longer
        yield INDENT + line


def _rich_table(head: Sequence[str], rows: Iterable[Sequence[str]], out: TextIO) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for title in head:
        table.add_column(title, justify="right" if title in NUMERIC else "left", no_wrap=True)
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    Console(file=out, highlight=False).print(table)

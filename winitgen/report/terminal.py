"""Tables as text: drawn by rich on a terminal, plain and aligned in a pipe or a file."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterable, Iterator, Sequence
from typing import TextIO

from winitgen.report.columns import NUMERIC
from winitgen.report.packed_rows import PackedRows

GAP = "  "
INDENT = "    "
LINES_AT_A_TIME = 100

MOST_FOR_RICH = 10_000
"""Rows of the longest table that rich draws, which keeps several objects of each cell."""


MOST_PADDING = 300
"""Columns up to which a column is aligned: beside a name of a megabyte, as a file may have, each row would be as long."""


def print_table(head: Sequence[str], rows: PackedRows | Iterable[Sequence[str]], out: TextIO) -> None:
    """Print a table; rich is imported only on a terminal, so that a pipeline does not wait for it.

    On a terminal too narrow for the table, each row is printed as a paragraph.
    """
    if not isinstance(rows, PackedRows):
        rows = PackedRows(rows, head, kept=head)
    if not out.isatty():
        _print_lines(plain_lines(head, rows), out)
        return
    width = _width(out)
    if max(len(line) for line in plain_lines(head, rows)) + 2 * len(head) > width:
        _print_lines(stacked_lines(head, rows, width), out)
    elif len(rows) > MOST_FOR_RICH:
        _print_lines(plain_lines(head, rows), out)
    else:
        _rich_table(head, rows, out)


def _print_lines(lines: Iterator[str], out: TextIO) -> None:
    """Print lines, many at a time."""
    while some := list(itertools.islice(lines, LINES_AT_A_TIME)):
        out.write("\n".join([*some, ""]))


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
    packed = rows if isinstance(rows, PackedRows) else PackedRows(rows, head, kept=head)
    widths = [
        max(len(title), min(width, MOST_PADDING)) for title, width in zip(head, packed.widths, strict=True)
    ]
    ends = [">" if title in NUMERIC else "<" for title in head]
    line = GAP.join(f"{{:{end}{width}}}" for end, width in zip(ends, widths, strict=True)).format
    for row in itertools.chain([head], packed):
        yield line(*row).rstrip()


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

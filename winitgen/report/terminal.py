"""Tables on standard output: by rich where a person reads them, plain and aligned down a pipe."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TextIO

from winitgen.report.columns import NUMERIC

GAP = "  "


def print_table(head: Sequence[str], rows: Sequence[Sequence[str]], out: TextIO) -> None:
    """Print a table; rich is imported on a terminal alone, as a pipeline should not wait for it."""
    if out.isatty():
        _rich_table(head, rows, out)
    else:
        out.writelines(f"{line}\n" for line in plain_lines(head, rows))


def plain_lines(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterable[str]:
    """Yield the lines of a table whose columns are aligned by spaces.

    >>> list(plain_lines(["tensor", "std"], [["fc.weight", "0.05"]]))
    ['tensor      std', 'fc.weight  0.05']
    """
    widths = [max(len(cell) for cell in column) for column in zip(head, *rows, strict=True)]
    for row in (head, *rows):
        cells = (
            cell.rjust(width) if title in NUMERIC else cell.ljust(width)
            for cell, width, title in zip(row, widths, head, strict=True)
        )
        yield GAP.join(cells).rstrip()


def _rich_table(head: Sequence[str], rows: Sequence[Sequence[str]], out: TextIO) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for title in head:
        numeric = title in NUMERIC
        table.add_column(title, justify="right" if numeric else "left", no_wrap=numeric, overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    Console(file=out, highlight=False).print(table)

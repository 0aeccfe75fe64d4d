"""Tables as text: drawn by rich on a terminal, plain and aligned in a pipe or a file."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterable, Iterator, Sequence
from typing import TextIO

from winitgen.report.columns import NUMERIC
from winitgen.report.packed_rows import PackedRows
from winitgen.report.table_view import WHOLE, TableView

GAP = "  "
INDENT = "    "
LINES_AT_A_TIME = 100

NARROWEST = 18
"""Characters of a column of text at least, whose cells have several lines."""

MOST_FOR_RICH = 10_000
"""Rows of the longest table that rich draws, which keeps several objects of each cell."""


MOST_PADDING = 300
"""Columns up to which a column is aligned: beside a name of a megabyte, as a file may have, each row would be as long."""


def print_table(
    head: Sequence[str],
    rows: PackedRows | Iterable[Sequence[str]],
    out: TextIO,
    view: TableView = WHOLE,
    *,
    fold: bool = False,
    wrap: bool = False,
) -> None:
    """Print a table; rich is imported only on a terminal, so that a pipeline does not wait for it.

    On a terminal equal blocks are one if they may ``fold``, and a table that is too wide is made to fit: its cells have several
    lines if they may ``wrap``, and else columns are left out. Where not even the most worth fit, each row is a paragraph.
    A pipe or a file is given everything, and so is a terminal if the ``view`` is wide.
    """
    if view.columns:
        head, rows = view.of(head, rows)
    if not isinstance(rows, PackedRows):
        rows = PackedRows(rows, head, kept=head)
    if view.wide or not out.isatty():
        _print_lines(plain_lines(head, rows), out)
        return
    if fold:
        from winitgen.report.folding import folded

        rows = PackedRows(folded(rows), head, kept=head)
    if wrap:
        _print_wrapped(head, rows, out, view)
    else:
        _print_fitted(head, rows, out, view)


def _print_wrapped(head: Sequence[str], rows: PackedRows, out: TextIO, view: TableView) -> None:
    """Print a table whose cells may have several lines, if each column behind the first has a width at which text is read.

    Columns that are optional are left out if they need to be.
    """
    from winitgen.report.fitting import fits_whole

    width = width_of(out)
    rest = width - max(len(row[0]) for row in rows)
    gone: list[str] = []
    for title in ("", *(view.optional or ())):
        gone += [title] if title else []
        shown = [place for place, other in enumerate(head) if other not in gone]
        titles, cells = [head[place] for place in shown], [[row[place] for place in shown] for row in rows]
        if rest >= (NARROWEST + len(GAP)) * (len(shown) - 1) or fits_whole(titles, cells, width):
            from winitgen.report.rich_table import rich_table

            rich_table(titles, cells, out, wrap=True)
            _tell_left_out(gone, view, out)
            return
    _print_lines(stacked_lines(head, rows, width), out)


def _tell_left_out(titles: Sequence[str], view: TableView, out: TextIO) -> None:
    """Name what is left out of a table, and what shows it."""
    if titles:
        out.write(f"\nleft out: {', '.join(titles)}; {view.shown_by} shows them\n")


def _print_fitted(head: Sequence[str], rows: PackedRows, out: TextIO, view: TableView) -> None:
    """Print a table without the columns for which there is no room, and say which these are."""
    from winitgen.report.fitting import WORTH, fitted

    width = width_of(out)
    fits = fitted(head, rows, width, WORTH if view.optional is None else view.optional, view.names)
    if fits is None:
        _print_lines(stacked_lines(head, rows, width), out)
        return
    shown = [head[place] for place in fits.places]
    cells = map(fits.cells, rows)
    if len(rows) > MOST_FOR_RICH:
        _print_lines(plain_lines(shown, PackedRows(cells, shown, kept=shown)), out)
    else:
        from winitgen.report.rich_table import rich_table

        rich_table(shown, cells, out)
    _tell_left_out(fits.left_out(head), view, out)


def print_verdicts(lines: Iterable[str], out: TextIO) -> None:
    """Print lines; on a terminal their verdicts have colours."""
    if not out.isatty():
        _print_lines(iter(lines), out)
        return
    from winitgen.report.rich_table import print_coloured

    for line in lines:
        print_coloured(line, out)


def _print_lines(lines: Iterator[str], out: TextIO) -> None:
    """Print lines, many at a time."""
    while some := list(itertools.islice(lines, LINES_AT_A_TIME)):
        out.write("\n".join([*some, ""]))


def width_of(terminal: TextIO) -> int:
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

"""Tables of the HTML pages, sortable by any column."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

from winitgen.report.page import name, text

_MANY = 14
"""Columns of a table that is set in smaller type if it has more, so that it fits a window of 1280 pixels."""


class Column(NamedTuple):
    """One column, sorted by the numbers of its cells if ``numeric``, else by their text.

    ``kind`` is a class of the style sheet, such as ``number``; ``group`` is a heading over several columns.
    """

    title: str
    kind: str = ""
    group: str = ""
    numeric: bool = False


class TableCell(NamedTuple):
    """One cell: its text, the number it is sorted by, and its HTML if that is more than the text."""

    text: str
    key: float | None = None
    html: str = ""


class TableRow(NamedTuple):
    """One row; the first cell is its heading. A ``flagged`` row is highlighted."""

    cells: Sequence[TableCell]
    flagged: bool = False


def numeric_column(title: str, group: str = "", kind: str = "number") -> Column:
    """Return a right-aligned column of numbers."""
    return Column(title, kind, group, numeric=True)


def sortable(caption: str, columns: Sequence[Column], rows: Sequence[TableRow]) -> str:
    """Return a table inside an area that scrolls, below its head; on a narrow screen each row is a list."""
    body = "\n".join(_row(columns, row) for row in rows)
    return (
        f'<div class="wide" tabindex="0" role="region" aria-label="{text(caption)}">\n'
        f'<table class="sortable{" many" if len(columns) > _MANY else ""}">\n<caption><span>{text(caption)}</span></caption>\n'
        f"<thead>\n{_groups(columns)}{_heads(columns)}\n</thead>\n<tbody>\n{body}\n</tbody>\n</table>\n</div>"
    )


def _groups(columns: Sequence[Column]) -> str:
    """Return the row of group headings, or nothing if no column has one."""
    if not any(column.group for column in columns):
        return ""
    cells = []
    for index, (group, members) in enumerate(groupby(columns, lambda column: column.group)):
        span = len(list(members))
        if group:
            cells.append(f'<th scope="colgroup" colspan="{span}" class="start">{text(group)}</th>')
        else:
            cells += [
                '<td class="first"></td>' if index + count == 0 else "<td></td>" for count in range(span)
            ]
    return f"<tr>{''.join(cells)}</tr>\n"


def _heads(columns: Sequence[Column]) -> str:
    """Return the row of headings; the script enables their buttons."""
    cells = []
    for index, column in enumerate(columns):
        kind = f"{column.kind} first".strip() if index == 0 else column.kind
        button = f'<button type="button" disabled>{text(column.title)}</button>'
        sort = "number" if column.numeric else "text"
        cells.append(f'<th scope="col" aria-sort="none" data-sort="{sort}"{_class(kind)}>{button}</th>')
    return f"<tr>{''.join(cells)}</tr>"


def _row(columns: Sequence[Column], row: TableRow) -> str:
    cells = []
    for index, (column, cell) in enumerate(zip(columns, row.cells, strict=True)):
        value = "" if cell.key is None else f' data-value="{cell.key!r}"'
        content = cell.html or name(cell.text)
        tag, scope = (
            ("th", ' scope="row"') if index == 0 else ("td", f' data-head="{text(_whole_title(column))}"')
        )
        cells.append(f"<{tag}{scope}{_class(column.kind)}{value}>{content}</{tag}>")
    return f"<tr{_class('flag' if row.flagged else '')}>{''.join(cells)}</tr>"


def _whole_title(column: Column) -> str:
    """Return the title of a column with that of its group, which a narrow screen shows beside each cell."""
    return f"{column.group} {column.title}".strip()


def _class(kind: str) -> str:
    return f' class="{kind}"' if kind else ""

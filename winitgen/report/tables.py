"""Tables of the HTML pages, which a reader can sort by any column."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

from winitgen.report.page import name, text


class Column(NamedTuple):
    """One column, sorted by the numbers of its cells where it is ``numeric``, else by their text.

    ``kind`` is a class of the style sheet, such as ``number``; ``group`` stands above several columns.
    """

    title: str
    kind: str = ""
    group: str = ""
    numeric: bool = False


class TableCell(NamedTuple):
    """One cell: its text or, where that is not enough, its HTML, and the number it sorts by in full."""

    text: str
    key: float | None = None
    html: str = ""


class TableRow(NamedTuple):
    """One row; the first cell names it. ``flagged`` ones stand out."""

    cells: Sequence[TableCell]
    flagged: bool = False


def figures(title: str, group: str = "", kind: str = "number") -> Column:
    """Return a column of numbers, flush right."""
    return Column(title, kind, group, numeric=True)


def sortable(caption: str, columns: Sequence[Column], rows: Sequence[TableRow]) -> str:
    """Return a table in an area of its own that scrolls sideways."""
    body = "\n".join(_row(columns, row) for row in rows)
    return (
        f'<div class="wide" tabindex="0" role="region" aria-label="{text(caption)}">\n'
        f'<table class="sortable">\n<caption><span>{text(caption)}</span></caption>\n'
        f"<thead>\n{_groups(columns)}{_heads(columns)}\n</thead>\n<tbody>\n{body}\n</tbody>\n</table>\n</div>"
    )


def _groups(columns: Sequence[Column]) -> str:
    """Return the row of heads over several columns, or nothing where no columns belong together."""
    if not any(column.group for column in columns):
        return ""
    cells = []
    for place, (group, members) in enumerate(groupby(columns, lambda column: column.group)):
        span = len(list(members))
        if group:
            cells.append(f'<th scope="colgroup" colspan="{span}" class="start">{text(group)}</th>')
        else:
            cells += [
                '<td class="first"></td>' if place + count == 0 else "<td></td>" for count in range(span)
            ]
    return f"<tr>{''.join(cells)}</tr>\n"


def _heads(columns: Sequence[Column]) -> str:
    """Return the row of heads; their buttons work once the script has come to them."""
    cells = []
    for place, column in enumerate(columns):
        kind = f"{column.kind} first".strip() if place == 0 else column.kind
        button = f'<button type="button" disabled>{text(column.title)}</button>'
        sort = "number" if column.numeric else "text"
        cells.append(f'<th scope="col" aria-sort="none" data-sort="{sort}"{_class(kind)}>{button}</th>')
    return f"<tr>{''.join(cells)}</tr>"


def _row(columns: Sequence[Column], row: TableRow) -> str:
    cells = []
    for place, (column, cell) in enumerate(zip(columns, row.cells, strict=True)):
        value = "" if cell.key is None else f' data-value="{cell.key!r}"'
        content = cell.html or name(cell.text)
        tag, scope = ("th", ' scope="row"') if place == 0 else ("td", "")
        cells.append(f"<{tag}{scope}{_class(column.kind)}{value}>{content}</{tag}>")
    return f"<tr{_class('flag' if row.flagged else '')}>{''.join(cells)}</tr>"


def _class(kind: str) -> str:
    return f' class="{kind}"' if kind else ""

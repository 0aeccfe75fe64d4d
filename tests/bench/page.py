"""The table on a page: a line for each piece of work, a column for each contender."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tests.bench.results import OURS, Entry, Results, Row, columns
from tests.bench.table import heading, number, quartiles, ratio

BEGIN, END = "<!-- measured: begin -->\n", "<!-- measured: end -->\n"
"""The lines of a page between which the table stands."""


def put(text: str, path: Path) -> None:
    """Write a file, or, if it is a page with those two lines, what stands between them."""
    page = path.read_text(encoding="utf-8") if path.exists() else ""
    if BEGIN in page and END in page:
        head, _, rest = page.partition(BEGIN)
        text = f"{head}{BEGIN}\n{text}\n{END}{rest.partition(END)[2]}"
    path.write_text(text, encoding="utf-8")


def markdown(results: Results) -> str:
    """Return a section for each group: a table with a column for each contender, and what was not measured."""
    parts = ["\n".join(f"{line}  " for line in heading(results))]
    for group, rows in results.groups().items():
        parts += [f"### {group}", page_table(rows)]
        absent = not_measured(rows)
        if absent:
            parts.append("Not measured: " + "; ".join(absent) + ".")
    return "\n\n".join(parts) + "\n"


def page_table(rows: Sequence[Row]) -> str:
    """Return a line for each piece of work: median, quartiles, and the ratio to winitgen's."""
    names = columns(rows)
    lines = [f"| work | {' | '.join(names)} |", f"|---|{'--:|' * len(names)}"]
    for row in rows:
        entries = {entry.name: entry for entry in row.entries}
        cells = [cell(row, entries[name]) if name in entries else "" for name in names]
        what = f"{row.work}, {row.unit}" if row.unit else row.work
        lines.append(f"| {what} | {' | '.join(cells)} |")
    return "\n".join(lines)


def cell(row: Row, entry: Entry) -> str:
    """Return a median with its quartiles, and the ratio if it is not winitgen's own."""
    if not entry.figures:
        return "-"
    spread = f" ({quartiles(entry)})" if len(entry.figures) > 1 else ""
    own = number(entry.median) + spread
    compared = "" if entry.kind == OURS else ratio(row.ratio(entry))
    return f"{own} **{compared}**" if compared else own


def not_measured(rows: Sequence[Row]) -> list[str]:
    """Return why contenders have no figures, each reason once, with the works unless it holds for all."""
    works: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        for entry in row.entries:
            if not entry.figures:
                works.setdefault((entry.name, entry.note), []).append(row.work)
    return [
        f"{name}: {note}" + ("" if len(missed) == len(rows) else f" ({', '.join(missed)})")
        for (name, note), missed in works.items()
    ]

"""The report as Markdown, for a pipeline's summary page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from winitgen.errors import printable
from winitgen.report.columns import NUMERIC, digest_lines, shard_lines, table, total_line
from winitgen.report.marks import MARKDOWN

_BEGINNING = re.compile(r"^[-+=](?![\d.])|^:(?=:)|(?<=^\d)[.)](?=\s|$)|(?<=^\d\d)[.)](?=\s|$)")
"""Characters at the start of a line that Markdown would read as a list, a rule or a heading, or a pipeline as a command."""


def render(report: dict[str, Any]) -> str:
    """Return the report as one Markdown section with a table."""
    lines = [f"# {escaped(report['model'] or 'Initial weights')}", "", f"{total_line(report)}.", ""]
    lines += grid(*table(report))
    if report["notes"]:
        lines += ["", *(f"- {escaped(note)}" for note in report["notes"])]
    if more := [*digest_lines(report), *map(escaped, shard_lines(report))]:
        lines += ["", *(f"- {line}" for line in more)]
    if report["command"]:
        lines += ["", *code(report["command"])]
    return "\n".join([*lines, "", MARKDOWN]) + "\n"


def grid(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Return the lines of a table."""
    ruler = ["---:" if title in NUMERIC else "---" for title in head]
    lines = ["| " + " | ".join(cells) + " |" for cells in (head, ruler)]
    return lines + ["| " + " | ".join(escaped(cell) for cell in row) + " |" for row in rows]


def code(command: str) -> list[str]:
    """Return the lines of a code block, between fences longer than any sequence of backticks inside."""
    fence = "`" * max(3, 1 + max((len(ticks) for ticks in re.findall("`+", command)), default=0))
    return [f"{fence}sh", command, fence]


def escaped(cell: str) -> str:
    """Return ``cell`` with Markdown markup and control characters escaped."""
    for mark in "\\`*_{}[]<>#|~$&":
        cell = cell.replace(mark, f"\\{mark}")
    return _BEGINNING.sub(r"\\\g<0>", printable(" ".join(cell.split())))

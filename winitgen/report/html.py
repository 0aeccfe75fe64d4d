"""The report as one HTML page: no script, nothing loaded from anywhere, every name escaped."""

from __future__ import annotations

from html import escape
from typing import Any

from winitgen.report.columns import NUMERIC, table, total_line

_STYLE = """
body { font: 14px/1.5 system-ui, sans-serif; margin: 1.5rem; color: #1b1b1b; background: #fff; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .25rem .5rem; text-align: left; border-bottom: 1px solid #ddd; white-space: nowrap; }
.number { text-align: right; }
"""

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<h1>{title}</h1>
<p>{totals}.</p>
{notes}<div class="wide">
<table>
<thead>
{head}
</thead>
<tbody>
{rows}
</tbody>
</table>
</div>
</body>
</html>
"""


def render(report: dict[str, Any]) -> str:
    """Return the report as a page that reads without a network."""
    head, rows = table(report)
    classes = [' class="number"' if title in NUMERIC else "" for title in head]
    notes = "".join(f"<li>{escape(note)}</li>\n" for note in report["notes"])
    return _PAGE.format(
        title=escape(report["model"] or "Initial weights"),
        style=_STYLE,
        totals=escape(total_line(report)),
        notes=f"<ul>\n{notes}</ul>\n" if notes else "",
        head=_row("th", head, classes),
        rows="\n".join(_row("td", row, classes) for row in rows),
    )


def _row(tag: str, cells: list[str], classes: list[str]) -> str:
    inner = "".join(f"<{tag}{kind}>{escape(cell)}</{tag}>" for cell, kind in zip(cells, classes, strict=True))
    return f"<tr>{inner}</tr>"

"""The probe's report as Markdown, for a pipeline's summary page."""

from __future__ import annotations

from typing import Any

from winitgen.report.markdown import code, escaped, grid
from winitgen.report.marks import MARKDOWN
from winitgen.report.probe_diagnostics import sections
from winitgen.report.probe_table import head_line, table, verdict_lines
from winitgen.report.probe_thresholds import thresholds_text


def render(report: dict[str, Any]) -> str:
    """Return the report as one Markdown section with the table of the terminal."""
    lines = [f"# {escaped(report['model'] or 'Signal probe')}", "", f"{escaped(head_line(report))}.", ""]
    lines += [f"- {escaped(line)}" for line in verdict_lines(report)]
    if len(report["runs"]) > 1:
        lines += ["", f"Healthy: {escaped(thresholds_text(report))}."]
    lines += ["", *grid(*table(report, bars=" ▁▂▃▄▅▆▇█"))]
    for section in sections(report):
        lines += [
            "",
            f"## {escaped(section.title)}",
            "",
            f"{escaped(section.meaning)}",
            "",
            *grid(section.head, section.rows),
        ]
    if report["notes"]:
        lines += ["", *(f"- {escaped(note)}" for note in report["notes"])]
    if report["command"]:
        lines += ["", *code(report["command"])]
    return "\n".join([*lines, "", MARKDOWN]) + "\n"

"""``winitgen schema``: the JSON Schema of the layer-spec, and of what commands print as JSON."""

from __future__ import annotations

import sys

import click

from winitgen.cli import completions
from winitgen.cli.sections import SectionedCommand, option


@click.command("schema", cls=SectionedCommand)
@option(
    "Output",
    "--report",
    metavar="COMMAND",
    help="Print the schema of what COMMAND --json prints: init, plan, probe, inspect, verify or another.",
    shell_complete=completions.report,
)
def command(report: str | None) -> None:
    """Print the JSON Schema (draft-07) of the layer-spec, for completion and checks in an editor.

    With --report, print that of a command's JSON (2020-12), in which each key has its meaning. An object has all keys
    that are not optional, and no others; version rises when a key is renamed, removed or means something else.

    \b
    Example:
      winitgen schema > specs/schema.json
      winitgen schema --report probe > probe.schema.json
    """
    import json

    sys.stdout.write(json.dumps(_schema(report), indent=2) + "\n")


def _schema(report: str | None) -> dict[str, object]:
    if report is None:
        from winitgen.spec.schema import json_schema

        return json_schema()
    from winitgen.report.schemas.of_reports import REPORTS, report_schema

    if report not in REPORTS:
        from winitgen.errors import UsageError
        from winitgen.spec.mistakes import show, suggest

        hint = suggest(report, REPORTS) or f"; those with a schema are {', '.join(REPORTS)}"
        raise UsageError(f"--report: no command {show(report)} has a report{hint}")
    return report_schema(report)

"""``winitgen plan``: show what would be drawn."""

from __future__ import annotations

import sys
from typing import Any

import click

from winitgen.cli import options
from winitgen.cli.sections import SectionedCommand
from winitgen.errors import WinitgenError, printable


@click.command("plan", cls=SectionedCommand, short_help="Show what would be drawn; draw nothing.")
@options.path("specs", "SPEC...", nargs=-1, required=True)
@options.choices
@options.as_json
@options.error_format
def command(specs: tuple[str, ...], error_format: str, json_: bool, **choices: Any) -> int:
    """Check each layer-spec SPEC (- for standard input) and show all its parameters.

    The mistakes of all specs are listed; the exit code is 2 if there are any.

    \b
    Example:
      winitgen plan specs/resnet18.yaml
      winitgen plan specs/*.yaml --error-format github
    """
    from winitgen import api

    reports, failed = [], 0
    for spec in specs:
        try:
            planned = options.planned(spec, choices)
            reports.append({"spec": spec, **api.dry_run(planned)})
        except WinitgenError as error:
            from winitgen.cli.errors import say

            say(error, error_format)
            failed = max(failed, error.exit_code)
    _print(reports, len(specs) > 1, json_)
    return failed


def _print(reports: list[dict[str, Any]], several: bool, json_: bool) -> None:
    if json_:
        from winitgen.report.files import as_json

        sys.stdout.write(as_json(reports if several else reports[0]) if reports else "")
        return
    from winitgen.report.columns import table, total_line
    from winitgen.report.terminal import print_table

    for report in reports:
        if several:
            sys.stdout.write(f"{printable(report['spec'])}:\n")
        print_table(*table(report), sys.stdout)
        sys.stdout.write(f"\n{total_line(report)}\n")
        for note in report["notes"]:
            sys.stdout.write(f"note: {note}\n")
        if several:
            sys.stdout.write("\n")

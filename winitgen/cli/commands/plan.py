"""``winitgen plan``: show what would be drawn."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from winitgen.cli import options, stdio
from winitgen.cli.sections import SectionedCommand, option
from winitgen.cli.table_options import of_a_table, view_of
from winitgen.errors import WinitgenError, printable

if TYPE_CHECKING:
    from winitgen.planning.plan import Plan
    from winitgen.report.table_view import TableView

Table = tuple[list[str], Iterator[list[str]]]
"""The head of a table, and its rows."""


@click.command("plan", cls=SectionedCommand)
@options.path("specs", "SPEC...", nargs=-1, required=True)
@options.choices
@option(
    "Report", "--ids", is_flag=True, help="Show the ids that rules match, and the tensor that holds each."
)
@of_a_table
@options.as_json
@options.error_format
def command(specs: tuple[str, ...], error_format: str, json_: bool, ids: bool, **choices: Any) -> int:
    """Check each layer-spec SPEC (- for standard input) and show all its parameters.

    The mistakes of all specs are listed; the exit code is 2 if there are any.

    \b
    Example:
      winitgen plan specs/resnet18.yaml
      winitgen plan specs/transformer.yaml --ids
      winitgen plan specs/*.yaml --error-format github
    """
    from winitgen import api
    from winitgen.report import titles

    view = view_of(choices, titles.IDS if ids else titles.PLANNED, "--json" if json_ else "")
    reports: list[dict[str, Any]] = []
    tables: list[Table] = []
    values: list[str] = []
    failed = 0
    for spec in specs:
        try:
            planned = options.planned(spec, choices)
            report = api.dry_run(planned)
            reports.append({"spec": spec, **(_with_values(report, planned) if json_ else report)})
            tables.append(_table(planned, reports[-1], ids=ids))
            values.append("" if json_ else _values(planned))
        except WinitgenError as error:
            from winitgen.cli.errors import say

            say(error, error_format)
            failed = max(failed, error.exit_code)
    if json_:
        _print_json(reports, several=len(specs) > 1)
    else:
        _print(reports, tables, values, view, several=len(specs) > 1)
    return failed


def _with_values(report: dict[str, Any], planned: Plan) -> dict[str, Any]:
    """Return a report whose totals have the numbers of trained values, of buffers and of tied values, and the multiply-adds."""
    from winitgen.planning.multiply_adds import multiply_adds_of
    from winitgen.report.held_values import HeldValues, held_values

    held = held_values(planned)
    found = {key: held[key] for key in HeldValues._fields} | {"multiply_adds": multiply_adds_of(planned)}
    return {**report, "totals": {**report["totals"], **found}}


def _values(planned: Plan) -> str:
    """Return the lines that say which values are not trained, or are others' too, and what one sample computes, if that is known."""
    from winitgen.planning.multiply_adds import multiply_adds_of
    from winitgen.report.held_values import held_values, values_line

    totals, computed = held_values(planned), multiply_adds_of(planned)
    lines = [
        values_line(totals) if totals["buffers"] or totals["tied"] else "",
        f"multiply-adds a sample: {computed:,}" if computed else "",
    ]
    return "".join(f"{line}\n" for line in lines if line)


def _table(planned: Plan, report: dict[str, Any], *, ids: bool) -> Table:
    from winitgen.report.columns import table
    from winitgen.report.ids import id_table

    return id_table(planned) if ids else table(report)


def _print_json(reports: list[dict[str, Any]], *, several: bool) -> None:
    from winitgen.report.files import as_json, json_parts
    from winitgen.report.versions import versioned

    reports = [versioned("plan", report) for report in reports]
    if not several:
        for part in json_parts(reports[0]) if reports else ():
            stdio.write_json(part, sys.stdout)
        return
    whole = [report | {"tensors": list(report["tensors"])} for report in reports]
    stdio.write_json(as_json(whole) if whole else "", sys.stdout)


def _print(
    reports: list[dict[str, Any]], tables: list[Table], values: list[str], view: TableView, *, several: bool
) -> None:
    from winitgen.report.columns import total_line
    from winitgen.report.terminal import print_table

    for report, table, line in zip(reports, tables, values, strict=True):
        if several:
            sys.stdout.write(f"{printable(report['spec'])}:\n")
        print_table(*table, sys.stdout, view, fold=True)
        sys.stdout.write(f"\n{total_line(report)}\n{line}")
        for note in report["notes"]:
            sys.stdout.write(f"note: {note}\n")
        if several:
            sys.stdout.write("\n")

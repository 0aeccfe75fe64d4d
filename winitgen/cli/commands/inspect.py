"""``winitgen inspect``: the contents of a weight file."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from winitgen.cli import completions, options, stdio
from winitgen.cli.progress import Bar, Waiting, listing
from winitgen.cli.sections import SectionedCommand, option
from winitgen.cli.table_options import of_a_table, view_of
from winitgen.errors import UsageError
from winitgen.report.titles import FILE

if TYPE_CHECKING:
    from winitgen.report.table_view import TableView


@click.command("inspect", cls=SectionedCommand)
@options.path("file", "FILE")
@option(
    "Check",
    "--fail-on",
    metavar="A,B,...",
    help="Exit with 1 on nan, inf, zero-tensor or equal-tensors, which the last line names.",
    shell_complete=completions.faults,
)
@option(
    "Report",
    "--tensor",
    metavar="PATTERN",
    help="Show only the tensor of this name, or those with such names, in more detail.",
)
@option("Report", "--header", is_flag=True, help="Show only the header; read no values.")
@option(
    "Report", "--digest", is_flag=True, help="Print a digest of the values, the same in every file format."
)
@options.threads("read")
@of_a_table
@options.as_json
def command(file: str, json_: bool, fail_on: str | None, **choices: Any) -> int:
    """Show the tensors of a weight file, of a folder, or of a sharded model by its index, from any program.

    For each: shape, number format, mean, standard deviation, extremes, the numbers of zero, NaN and
    infinite values, and a histogram. The format is recognized by the first bytes, not by the name. FILE may also be the
    URL of a store, as in s3://bucket/w.safetensors, of which only the ranges that are needed are read.

    \b
    Example:
      winitgen inspect weights.safetensors
      winitgen inspect weights.safetensors --tensor fc1.weight
      winitgen inspect weights.safetensors --fail-on nan,inf --tensor '*.weight'
      winitgen inspect model.safetensors.index.json --header --json
    """
    from winitgen.audit.inspect.faults import fault_line, faults_of, found_faults
    from winitgen.audit.inspect.report import compact_report

    view = view_of(choices, FILE, "--json" if json_ else _detail(choices))
    asked = [] if fail_on is None else faults_of(fail_on)
    if asked and choices["header"]:
        raise UsageError("--fail-on needs all values, and --header reads none; use one")
    with Bar() as bar:
        report = compact_report(file, **_of_the_file(choices), progress=bar)
    with Waiting("checking"):
        failed = found_faults(report, asked) if asked else {}
    if json_:
        from winitgen.report.files import json_parts
        from winitgen.report.versions import versioned

        with listing(sys.stdout):
            for part in json_parts(versioned("inspect", report | ({"failed": failed} if asked else {}))):
                stdio.write_json(part, sys.stdout)
    else:
        _print(report, view, detailed=bool(_detail(choices)))
        sys.stdout.write(f"{fault_line(failed)}\n" if failed else "")
    return 1 if failed else 0


def _detail(choices: dict[str, Any]) -> str:
    """Return the option that asks for details in place of the table, or an empty text."""
    return "--tensor" if choices["tensor"] is not None and not choices["header"] else ""


def _of_the_file(choices: dict[str, Any]) -> dict[str, Any]:
    """Return the options that say what is read."""
    return {name: choices[name] for name in ("tensor", "header", "digest", "threads")}


def _print(report: dict[str, Any], view: TableView, *, detailed: bool) -> None:
    from winitgen.report import inspect_foot, inspect_table
    from winitgen.report.columns import digest_lines
    from winitgen.report.terminal import print_table

    bars = stdio.bars(sys.stdout)
    if detailed:
        lines: list[str] = []
        for row in report["tensors"]:
            lines += [*([""] if lines else []), *inspect_table.detail(row, bars=bars)]
        lines += inspect_foot.note_lines(inspect_foot.unusual_clauses(report["unusual"]))
        lines += inspect_foot.equal_lines(report["equal"] or ())
    else:
        with Waiting("listing"):
            made = inspect_table.table(report, bars=bars)
        with listing(sys.stdout):
            print_table(*made, sys.stdout, view)
        rows = report["tensors"]
        lines = ["", *inspect_foot.foot(report, unread=rows.unread(), some_complex=rows.some_complex)]
    lines = [*lines, *digest_lines(report)]
    sys.stdout.writelines(f"{line}\n" for line in lines)

"""``winitgen diff``: compare two weight files."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from winitgen.cli import options, stdio
from winitgen.cli.name_options import of_names
from winitgen.cli.progress import Bar, Waiting, listing
from winitgen.cli.sections import SectionedCommand, option
from winitgen.cli.table_options import of_a_table, unprinted, view_of
from winitgen.errors import UsageError
from winitgen.report.titles import DIFFERENCES

if TYPE_CHECKING:
    from winitgen.report.table_view import TableView


@click.command("diff", cls=SectionedCommand)
@options.path("a", "A")
@options.path("b", "B")
@of_names("Check", "A")
@option("Check", "--atol", metavar="N", type=float, help="Numbers within N + RTOL |b| count as equal.")
@option("Check", "--rtol", metavar="N", type=float, help="Numbers within ATOL + N |b| count as equal.")
@options.threads("read")
@option(
    "Report",
    "--sort",
    type=click.Choice(["file", "name"]),
    default="file",
    show_default=True,
    help="The order of the lines; by name, numbers count as numbers.",
)
@option("Report", "-q", "--quiet", is_flag=True, help="Print nothing; only set the exit code.")
@of_a_table
@options.as_json
def command(a: str, b: str, **choices: Any) -> int:
    """Compare the tensors of two weight files, bit for bit; exit 1 if anything differs.

    So does what cannot be read, as it cannot be compared. The files may have different formats, and names that differ only in / for . are equal. A NaN is
    equal to a NaN with the same bits; max and mean are those of |a - b| over the elements that are
    finite in both. With --atol or --rtol, numbers are equal if |a - b| <= atol + rtol |b|, in any number format; one that
    is not given is 0, and a NaN is equal to any NaN. Metadata is not compared.

    \b
    Example:
      winitgen diff before.safetensors after.safetensors
      winitgen diff weights.h5 weights.npz --quiet
      winitgen diff model.safetensors wrapped.safetensors --strip-prefix module. --atol 1e-6
    """
    if choices["quiet"] and choices["json_"]:
        raise UsageError("--quiet and --json both say what is printed; use one")
    view = view_of(choices, DIFFERENCES, unprinted(choices))
    if choices["quiet"]:
        with Waiting("comparing"):
            return 0 if _equal(a, b, choices) else 1
    from winitgen.audit.diff import report

    names = ("ignore", "rename", "strip_prefix", "atol", "rtol", "sort", "threads")
    with Bar() as bar:
        found = report.diff(a, b, **{name: choices[name] for name in names}, progress=bar)
    _print(found, view, as_json=choices["json_"])
    return 0 if found["equal"] else 1


def _equal(a: str, b: str, choices: dict[str, Any]) -> bool:
    from winitgen.audit.diff import report
    from winitgen.audit.diff.tolerance import tolerance_of
    from winitgen.audit.name_rules import name_rules

    rules = name_rules(choices["ignore"], choices["rename"], choices["strip_prefix"])
    tolerance = tolerance_of(choices["atol"], choices["rtol"])
    return report.equal(a, b, rules, tolerance, threads=choices["threads"])


def _print(found: dict[str, Any], view: TableView, *, as_json: bool) -> None:
    """Print the table and the lines below it, or JSON."""
    if as_json:
        from winitgen.report import files
        from winitgen.report.versions import versioned

        with Waiting("listing"):
            text = files.as_json(versioned("diff", found))
        stdio.write_json(text, sys.stdout)
        return
    from winitgen.report.diff_table import summary, table, unread_lines
    from winitgen.report.inspect_foot import note_lines
    from winitgen.report.terminal import print_table

    with Waiting("listing"):
        head, rows = table(found)
    if rows:
        with listing(sys.stdout):
            print_table(head, rows, sys.stdout, view)
        sys.stdout.write("\n")
    lines = (summary(found), *unread_lines(found), *note_lines(found["notes"]), *found["hints"])
    sys.stdout.writelines(f"{line}\n" for line in lines)

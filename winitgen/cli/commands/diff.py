"""``winitgen diff``: compare two weight files."""

from __future__ import annotations

import sys

import click

from winitgen.cli import options, stdio
from winitgen.cli.progress import Bar
from winitgen.cli.sections import SectionedCommand, option
from winitgen.errors import UsageError


@click.command(
    "diff", cls=SectionedCommand, short_help="Show the differences between two weight files of any format."
)
@options.path("a", "A")
@options.path("b", "B")
@options.threads("read")
@option("Report", "-q", "--quiet", is_flag=True, help="Print nothing; only set the exit code.")
@options.as_json
def command(a: str, b: str, threads: int | None, quiet: bool, json_: bool) -> int:
    """Compare the tensors of two weight files, bit for bit; exit 1 if anything differs.

    So does what cannot be read, as it cannot be compared. The files may have different formats, and names that differ only in / for . are equal. A NaN is
    equal to a NaN with the same bits; max and mean are those of |a - b| over the elements that are
    finite in both. Metadata is not compared.

    \b
    Example:
      winitgen diff before.safetensors after.safetensors
      winitgen diff weights.h5 weights.npz --quiet
    """
    if quiet and json_:
        raise UsageError("--quiet and --json both say what is printed; use one")
    from winitgen.audit.diff import report

    if quiet:
        return 0 if report.equal(a, b, threads=threads) else 1
    with Bar() as bar:
        found = report.diff(a, b, threads=threads, progress=bar)
    if json_:
        from winitgen.report.files import as_json

        stdio.write_json(as_json(found), sys.stdout)
    else:
        from winitgen.report.diff_table import summary, table, unread_lines
        from winitgen.report.inspect_table import note_lines
        from winitgen.report.terminal import print_table

        head, rows = table(found)
        if rows:
            print_table(head, rows, sys.stdout)
            sys.stdout.write("\n")
        lines = (summary(found), *unread_lines(found), *note_lines(found["notes"]))
        sys.stdout.writelines(f"{line}\n" for line in lines)
    return 0 if found["equal"] else 1

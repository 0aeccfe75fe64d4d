"""``winitgen inspect``: the contents of a weight file."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from winitgen.cli import options, stdio
from winitgen.cli.progress import Bar
from winitgen.cli.sections import SectionedCommand, option

if TYPE_CHECKING:
    from collections.abc import Sequence


@click.command(
    "inspect", cls=SectionedCommand, short_help="Show the tensors of any weight file, with statistics."
)
@options.path("file", "FILE")
@option("Report", "--tensor", metavar="NAME", help="Show only this tensor, in more detail.")
@option("Report", "--header", is_flag=True, help="Show only the header; read no values.")
@option(
    "Report", "--digest", is_flag=True, help="Print a digest of the values, the same in every file format."
)
@options.threads("read")
@options.as_json
def command(
    file: str, tensor: str | None, header: bool, digest: bool, threads: int | None, json_: bool
) -> None:
    """Show the tensors of a weight file, of a folder, or of a sharded model by its index, from any program.

    For each: shape, number format, mean, standard deviation, extremes, the numbers of zero, NaN and
    infinite values, and a histogram. The format is recognized by the first bytes, not by the name. FILE may also be the
    URL of a store, as in s3://bucket/w.safetensors, of which only the ranges that are needed are read.

    \b
    Example:
      winitgen inspect weights.safetensors
      winitgen inspect weights.safetensors --tensor fc1.weight
      winitgen inspect model.safetensors.index.json --header --json
    """
    from winitgen.audit.inspect.report import inspect

    with Bar() as bar:
        report = inspect(file, tensor=tensor, header=header, digest=digest, threads=threads, progress=bar)
    if json_:
        from winitgen.report.files import as_json

        stdio.write_json(as_json(report), sys.stdout)
        return
    _print(report, tensor, header)


def _print(report: dict[str, Any], tensor: str | None, header: bool) -> None:
    from winitgen.report import inspect_table
    from winitgen.report.columns import digest_lines
    from winitgen.report.terminal import print_table

    bars = stdio.bars(sys.stdout)
    if tensor is not None and not header:
        lines: Sequence[str] = list(inspect_table.detail(report["tensors"][0], bars=bars))
    else:
        print_table(*inspect_table.table(report, bars=bars), sys.stdout)
        lines = ["", *inspect_table.foot(report)]
    lines = [*lines, *digest_lines(report)]
    sys.stdout.writelines(f"{line}\n" for line in lines)

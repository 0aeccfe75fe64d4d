"""``winitgen finalize``: end a run of several processes with the index of its shards."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from winitgen.cli import completions, options, stdio
from winitgen.cli.sections import SectionedCommand, WholeNumber, option
from winitgen.errors import WinitgenError, printable

if TYPE_CHECKING:
    from winitgen.writing.one_file import Written


@click.command("finalize", cls=SectionedCommand)
@click.argument("out", metavar="OUT", shell_complete=completions.path)
@option("Output", "--shard-name", metavar="NAME", help="How the names of the shards begin.  [default: model]")
@option("Output", "--force", is_flag=True, help="Replace the index of another run, and remove its shards.")
@option("Output", "--no-fsync", is_flag=True, help="Do not wait for the disk.")
@option("Check", "--check", is_flag=True, help="Write nothing; exit 1 unless all files are there.")
@option(
    "Check",
    "--world-size",
    metavar="N",
    type=WholeNumber(1),
    help="The number of ranks of the run, to name those that write what is missing.",
)
@option(
    "Check",
    "--max-shard-size",
    metavar="SIZE",
    help="The size that the ranks were given, for the same purpose, and to tell their run from others in OUT.  [default: 5GB]",
)
@options.as_json
@options.error_format
def command(out: str, error_format: str, **choices: Any) -> int:
    """Check that the folder OUT holds all shards of one model, and write their index.

    It ends a run of winitgen init --rank, after all ranks, and may be run again. No value is drawn: each shard
    must have the size and the header that the recipe in the shards gives. winitgen verify OUT compares the values.

    \b
    Example:
      winitgen finalize llama/
      winitgen finalize llama/ --world-size 8
      winitgen finalize llama/ --check
    """
    try:
        status, report = _finalized(out, choices)
    except WinitgenError as error:
        from winitgen.cli.errors import say

        say(error, error_format)
        return error.exit_code
    _print(status, report, json=choices["json_"])
    return 0


def _finalized(out: str, choices: dict[str, Any]) -> Written:
    from winitgen.files.output.options import WriteOptions
    from winitgen.writing.finalizing import finalize

    return finalize(
        out,
        WriteOptions(force=choices["force"], check=choices["check"], fsync=not choices["no_fsync"]),
        shard_name=choices["shard_name"],
        max_shard_size=choices["max_shard_size"],
        world_size=choices["world_size"],
    )


def _print(status: str, report: dict[str, Any], *, json: bool) -> None:
    """Print the totals, the shards and what was done, or JSON."""
    if json:
        from winitgen.report.files import as_json
        from winitgen.report.versions import versioned

        stdio.write_json(as_json(versioned("finalize", {**report, "status": status})), sys.stdout)
        return
    from winitgen.report.columns import shard_lines, total_line

    end = "wrote {}" if status == "written" else "{} is up to date, and all shards are there"
    lines = [total_line(report), *shard_lines(report), end.format(report["file"])]
    sys.stdout.write("".join(f"{printable(line)}\n" for line in lines))

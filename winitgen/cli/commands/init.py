"""``winitgen init``: draw the weights and write them."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, TextIO

import click

from winitgen.cli import base_options, completions, options, reproduce, stdio
from winitgen.cli.commands import _checkpoint, _report_places, _sharding
from winitgen.cli.progress import Bar
from winitgen.cli.sections import SectionedCommand, option
from winitgen.cli.table_options import of_a_table, unprinted, view_of
from winitgen.cli.workflow_commands import EscapingStream
from winitgen.errors import UsageError, WinitgenError, printable
from winitgen.files.output.output_path import output_path
from winitgen.report.titles import BY_COMMAND, PLANNED, WHY

if TYPE_CHECKING:
    from winitgen.files.output.options import WriteOptions
    from winitgen.writing.one_file import Written


@click.command("init", cls=SectionedCommand)
@options.path("spec", "SPEC")
@option(
    "Output",
    "-o",
    "--output",
    "out",
    metavar="OUT",
    help="The file or folder to write, or the URL of a store; - means standard output.",
    shell_complete=completions.path,
)
@options.choices
@options.of_a_config
@base_options.of_a_base
@option(
    "Output",
    "--format",
    "format_",
    metavar="FORMAT",
    help="The file format, if the ending of OUT does not name it.",
    shell_complete=completions.file_format,
)
@_sharding.options
@options.threads("draw and write")
@option(
    "Output", "--force", is_flag=True, help="Replace OUT if it has other content, and any file by a report."
)
@option("Check", "--check", is_flag=True, help="Write nothing; exit 1 unless OUT has exactly this content.")
@option(
    "Output", "--no-fsync", is_flag=True, help="Do not wait for the disk; OUT may be lost in a power cut."
)
@options.report
@option("Check", "--dry-run", is_flag=True, help="Show what would be written; draw nothing.")
@option(
    "Report", "--digest", is_flag=True, help="Print digests of the values, the same in every file format."
)
@option("Report", "-q", "--quiet", is_flag=True, help="Print only the path.")
@of_a_table
@options.as_json
@options.error_format
def command(spec: str, out: str | None, error_format: str, **choices: Any) -> int:
    """Draw the weights of the layer-spec SPEC (- for standard input) and write them to OUT.

    The ending of OUT chooses the format, as in weights.safetensors; `winitgen formats` lists them. The same
    spec and seed give the same bytes on every machine.

    SPEC may also be the config.json of a model family that `winitgen families` lists. With a folder as OUT, as in
    tiny/, its weights are model.safetensors there, and the config stands beside them.

    \b
    Example:
      winitgen init specs/mlp.yaml -o weights.safetensors
      winitgen init config.json --shrink -o tiny/
      winitgen init config.json --max-shard-size 5GB -o llama/
      winitgen init config.json --rank 3 --world-size 8 -o llama/
      winitgen init config.json -o s3://bucket/llama/
      winitgen init specs/resnet18.yaml -o w.npz --seed 7 --report w.html
      winitgen init specs/mlp.yaml -o weights.safetensors --check
      winitgen init model.yaml --base trained.safetensors --only 'classifier.*' -o new.safetensors
    """
    try:
        out = None if out is None else output_path(out)
        _check_call(spec, out, choices)
        _init(spec, out, choices)
    except WinitgenError as error:
        from winitgen.cli.errors import say

        say(error, error_format)
        return error.exit_code
    return 0


def _check_call(spec: str, out: str | None, choices: dict[str, Any]) -> None:
    """Refuse conflicting options before anything is read."""
    if out is None and not choices["dry_run"]:
        raise UsageError("no output; name it with -o OUT, or see the plan with --dry-run")
    if choices["quiet"] and choices["json_"]:
        raise UsageError("--quiet and --json both say what is printed; use one")
    if choices["quiet"] and choices["digest"] and not choices["report"]:
        raise UsageError(
            "--quiet prints only the path, so the --digest is not shown; use one, or add --report"
        )
    if choices["check"] and (out == "-" or choices["dry_run"]):
        raise UsageError("--check compares a file that exists; it does not go with --dry-run or -o -")
    if choices["digest"] and choices["dry_run"]:
        raise UsageError("--digest needs values that are drawn; it does not go with --dry-run")
    view_of(choices, PLANNED if choices["dry_run"] else BY_COMMAND["init"], unprinted(choices))
    _sharding.check_call(out, choices)
    if out == "-":
        stdio.check_output()
    elif out:
        from winitgen.report.files import read_from, refuse_replacing

        taken = [("the layer-spec", read_from(spec)), ("the family's file", choices["family"])]
        refuse_replacing(out, "output", taken)
    if choices["report"]:
        from winitgen.report.files import check_name

        for number, path in enumerate(choices["report"]):
            check_name(
                path,
                spec=spec,
                out=out,
                base=choices["base"],
                family=choices["family"],
                others=choices["report"][:number],
            )


def _init(spec: str, out: str | None, choices: dict[str, Any]) -> None:
    source = _checkpoint.read(spec, out, choices)
    _report_places.check_reports(choices["report"], source, force=choices["force"])
    started = time.perf_counter()
    if choices["dry_run"] or source.out is None:
        status, report = "dry run", _dry_run(source, choices)
    else:
        _report_leftovers(source, choices["report"])
        with _checkpoint.folder_of(source, choices):
            config_is_due = _checkpoint.prepare(source, choices)
            write = _writer(source, choices)
            with Bar(_sharding.size(source.plan, source.shards, choices)) as bar:
                status, report = write(_write_options(choices, bar))
            if config_is_due:
                _checkpoint.finish(source, choices)
    report = {**report, "command": reproduce.command("init", spec, choices, out=source.out)}
    for path in choices["report"]:
        from winitgen.report.files import write_report

        write_report(report, path, source.text)
    _print(status, report, time.perf_counter() - started, choices)


def _dry_run(source: _checkpoint.Source, choices: dict[str, Any]) -> dict[str, Any]:
    """Return the report of what would be written."""
    from winitgen import api

    _checkpoint.foresee(source, choices)
    if source.shards is not None:
        return _sharding.dry_run(source.plan, source.shards, choices, source.base)
    return api.dry_run(
        source.plan,
        source.out,
        format=choices["format_"],
        base=source.base,
        force=choices["force"],
        makes_folder=source.config is not None,
    )


def _writer(source: _checkpoint.Source, choices: dict[str, Any]) -> Callable[[WriteOptions], Written]:
    """Return the call that writes the weights: one file, or shards."""
    assert source.out is not None
    if source.shards is not None:
        return _sharding.writer(source.plan, source.shards, choices, source.base)
    from winitgen import api

    return partial(api.write_plan, source.plan, source.out, base=source.base)


def _write_options(choices: dict[str, Any], bar: Bar) -> WriteOptions:
    """Return how the weights are written."""
    from winitgen.files.output.options import WriteOptions

    return WriteOptions(
        format=choices["format_"],
        threads=choices["threads"],
        force=choices["force"],
        check=choices["check"],
        fsync=not choices["no_fsync"],
        digest=choices["digest"],
        histograms=_wants_histograms(choices["report"]),
        progress=bar,
    )


def _report_leftovers(source: _checkpoint.Source, reports: tuple[str, ...]) -> None:
    """Report on standard error the files that a killed run has left beside the output and the reports."""
    from winitgen.files.output.leftovers import leftover_shards, leftovers

    shards, out = source.shards, source.out or "-"
    found = [leftovers(path) for path in (out, *reports) if path != "-" and not (shards and path == out)]
    if shards:
        found.append(leftover_shards(shards.folder, shards.names.are_of))
    for line in filter(None, found):
        click.echo(f"winitgen: {printable(line)}", err=True)


def _wants_histograms(reports: tuple[str, ...]) -> bool:
    """Return whether a report shows histograms, which take time to count."""
    if not reports:
        return False
    from winitgen.report.files import shows_histograms

    return any(shows_histograms(path) for path in reports)


def _print_path(path: str, stream: TextIO) -> None:
    """Print a path: byte for byte for a script, as printable characters on a terminal."""
    if isinstance(stream, EscapingStream) and not stream.isatty():
        stream.write_path(path)
    else:
        stream.write(f"{printable(path)}\n")


def _print(status: str, report: dict[str, Any], seconds: float, choices: dict[str, Any]) -> None:
    """Print the result: the table and totals, JSON, or only the path."""
    stream = stdio.table_stream(report.get("file"))
    notes = list(report["notes"])
    if report.get("left_out"):
        click.echo(f"winitgen: {printable(notes.pop())}", err=True)
    if choices["quiet"]:
        if report.get("file", "-") != "-":
            _print_path(report["file"], stream)
        return
    if choices["json_"]:
        from winitgen.report.files import json_parts
        from winitgen.report.versions import versioned

        for part in json_parts(versioned("init", {**report, "status": status})):
            stdio.write_json(part, stream)
        return
    from winitgen.report.columns import digest_lines, result_line, shard_lines, table, total_line
    from winitgen.report.terminal import print_table

    has_shard = report.get("shards") != []
    if has_shard:
        view = view_of(choices, BY_COMMAND["init"])
        print_table(*table(report, why=WHY in view.columns), stream, view)
        stream.write(f"\n{total_line(report)}\n")
    for note in notes:
        stream.write(f"note: {note}\n")
    for line in [*digest_lines(report), *shard_lines(report)]:
        stream.write(f"{line}\n")
    if has_shard and report.get("file"):
        stream.write(f"{result_line(status, report, seconds)}\n")

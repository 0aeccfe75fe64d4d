"""``winitgen convert``: a weight file in another format."""

from __future__ import annotations

from typing import Any

import click

from winitgen.cli import completions, options, stdio
from winitgen.cli.commands import _sharding
from winitgen.cli.name_options import of_names
from winitgen.cli.progress import Bar
from winitgen.cli.sections import SectionedCommand, option
from winitgen.errors import printable


@click.command("convert", cls=SectionedCommand)
@options.path("a", "A")
@options.path("b", "B")
@option(
    "Output",
    "--format",
    "format",
    metavar="FORMAT",
    help="The file format, if the ending of B does not name it.",
    shell_complete=completions.file_format,
)
@_sharding.of_sizes("B")
@options.rounded
@of_names("Values", "A")
@option("Output", "--force", is_flag=True, help="Replace B if it has other content.")
@option("Check", "--dry-run", is_flag=True, help="Show what would be written; read no values.")
@options.threads("read and write")
@options.as_json
def command(a: str, b: str, json_: bool, **choices: Any) -> int:
    """Write the tensors of the weight file A to B, whose ending chooses the format; - is standard output.

    With --max-shard-size, or if B ends in .safetensors.index.json, they go into several files and an index, under the
    names that Hugging Face's libraries give them.

    Values, shapes and number formats stay as they are, unless --dtype rounds the floats. B is written
    completely or not at all, and A may be larger than the memory. The recipe in A is kept if it describes B too: all tensors,
    under their names, in their number formats. Other metadata goes from safetensors to safetensors. A file that a loader may
    misread is refused.

    \b
    Example:
      winitgen convert weights.h5 weights.safetensors
      winitgen convert wrapped.safetensors model.safetensors --strip-prefix module. --dtype bfloat16
      winitgen convert weights.npy weights.safetensors --rename '^$=weight'
      winitgen convert model.pt model/ --max-shard-size 5GB
    """
    from winitgen.files.output.output_path import output_path
    from winitgen.writing.converting import convert

    b = output_path(b)
    if b == "-" and not choices["dry_run"]:
        stdio.check_output()
    with Bar() as bar:
        status, report = convert(a, b, **choices, progress=bar)
    stream = stdio.table_stream(None if choices["dry_run"] else b)
    if json_:
        from winitgen.report.files import as_json
        from winitgen.report.versions import versioned

        stream.write(as_json(versioned("convert", {**report, "status": status})))
    else:
        stream.writelines(f"{printable(line)}\n" for line in _lines(status, report))
    return 0


def _lines(status: str, report: dict[str, Any]) -> list[str]:
    """Return the notes, each changed name or number format of a dry run, and the result."""
    from winitgen.report.columns import shard_count, shard_lines, size

    lines = [f"note: {note}" for note in report["notes"]]
    if status == "dry run":
        lines += [_line(row) for row in report["tensors"]]
    count = len(report["tensors"])
    ignored = f", {len(report['ignored']):,} ignored" if report["ignored"] else ""
    verb = {"dry run": "would write", "unchanged": "unchanged"}.get(status, "wrote")
    recipe = ", with the recipe" if report["recipe"] else ""
    tensors = f"{count:,} tensor{'' if count == 1 else 's'}{ignored}"
    files = f"{size(report['file_bytes'])}{f' in {shards}' if (shards := shard_count(report)) else ''}"
    return [
        *lines,
        *shard_lines(report),
        f"{verb} {report['file']} ({report['format']}): {tensors}, {files}{recipe}",
    ]


def _line(row: dict[str, Any]) -> str:
    """Return a tensor of a dry run, with what it was if that is not the same."""
    from winitgen.report.inspect_table import shown_shape

    name = row["name"] if row["name"] == row["source"] else f"{row['source'] or '(no name)'} -> {row['name']}"
    same = row["dtype"] == row["source_dtype"]
    dtype = row["dtype"] if same else f"{row['source_dtype']} -> {row['dtype']}"
    return f"{name}: {shown_shape(row['shape'])}, {dtype}"

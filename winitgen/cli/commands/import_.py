"""``winitgen import``: a layer-spec from the config of a model."""

from __future__ import annotations

import sys
from typing import Any

import click

from winitgen.cli import completions, options
from winitgen.cli.sections import SectionedCommand, option
from winitgen.errors import WinitgenError, printable


@click.command(
    "import", cls=SectionedCommand, short_help="Write the layer-spec of a model of another library."
)
@options.path("source", "SOURCE")
@option(
    "Output",
    "-o",
    "--output",
    "out",
    metavar="OUT",
    default=options.STDIN,
    help="The layer-spec to write.  [default: standard output]",
    shell_complete=completions.path,
)
@option("Output", "--force", is_flag=True, help="Replace OUT if it has other content.")
@options.variable
@options.of_a_config
@options.error_format
def command(source: str, error_format: str, **choices: Any) -> int:
    """Write the layer-spec of SOURCE, the config.json of a model family (- for standard input).

    The layer-spec has the names, shapes, number formats and initialization of the library's own checkpoint;
    `winitgen families` lists the families.

    \b
    Example:
      winitgen import config.json -o model.yaml
      winitgen import config.json --shrink -o tiny.yaml
    """
    from winitgen import load

    try:
        conversion = load.import_config(
            *options.content(source),
            variables=options.variables(choices),
            shrink=choices["shrink"],
            paper=choices["init"] == "paper",
            family=choices["family"],
        )
    except WinitgenError as error:
        from winitgen.cli.errors import say

        say(error, error_format)
        return error.exit_code
    for note in conversion.notes:
        click.echo(f"winitgen: {printable(note)}", err=True)
    _write(conversion.text, choices["out"], force=choices["force"])
    return 0


def _write(text: str, out: str, *, force: bool) -> None:
    """Write the layer-spec to a file or to standard output."""
    if out == options.STDIN:
        sys.stdout.write(text)
        return
    from winitgen.files.output.side_file import is_up_to_date, write_side_file

    content = text.encode()
    if not is_up_to_date(out, content, force=force):
        write_side_file(out, content, replace=force)
    click.echo(f"wrote {printable(out)}", err=True)

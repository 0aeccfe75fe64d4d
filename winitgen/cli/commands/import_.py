"""``winitgen import``: a layer-spec from the config of a model."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from winitgen.cli import completions, options
from winitgen.cli.sections import SectionedCommand, option
from winitgen.errors import UsageError, WinitgenError, printable

if TYPE_CHECKING:
    from winitgen.importing.found import Imported


@click.command(
    "import", cls=SectionedCommand, short_help="Write the layer-spec of a model of another library."
)
@click.argument("source", metavar="[SOURCE]", required=False, shell_complete=completions.path)
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
def command(source: str | None, error_format: str, **choices: Any) -> int:
    """Write the layer-spec of SOURCE, the config.json of a model family.

    The layer-spec has the names, shapes, number formats and initialization of the library's own checkpoint;
    `winitgen families` lists the families.

    \b
    Example:
      winitgen import config.json -o model.yaml
      winitgen import config.json --shrink -o tiny.yaml
    """
    try:
        imported = _imported(source, choices)
    except WinitgenError as error:
        from winitgen.cli.errors import say

        say(error, error_format)
        return error.exit_code
    for note in imported.notes:
        click.echo(f"winitgen: {printable(note)}", err=True)
    _write(imported.text, choices["out"], force=choices["force"])
    return 0


def _imported(source: str | None, choices: dict[str, Any]) -> Imported:
    """Return the layer-spec of the source, checked."""
    from winitgen.importing.source import of_config_text

    if source is None:
        raise UsageError("no source; name a config.json")
    content, file = options.content(source)
    return of_config_text(
        content,
        file,
        options.variables(choices),
        shrink=choices["shrink"],
        paper=choices["init"] == "paper",
        family=choices["family"],
    )


def _write(text: str, out: str, *, force: bool) -> None:
    """Write the layer-spec to a file or to standard output."""
    if out == options.STDIN:
        sys.stdout.write(text)
        return
    from winitgen.files.output.side_file import is_up_to_date, write_side_file

    content = text.encode()
    if not is_up_to_date(out, content, force=force, check=False):
        write_side_file(out, content, force=force)
    click.echo(f"wrote {printable(out)}", err=True)

"""``winitgen formats``: the table of file formats, and one format."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from winitgen.cli import completions
from winitgen.cli.listing import show
from winitgen.cli.options import as_json
from winitgen.cli.sections import SectionedCommand

if TYPE_CHECKING:
    from winitgen.files.formats.format import Format


@click.command("formats", cls=SectionedCommand)
@click.argument("name", required=False, shell_complete=completions.file_format)
@as_json
def command(name: str | None, json_: bool) -> None:
    """List every file format: its name for --format, the endings of OUT, whether it can be piped, and its content.

    With NAME, show one: also whether its files say how they were drawn.

    \b
    Example:
      winitgen formats
      winitgen formats safetensors
    """
    from winitgen.files.formats import FORMATS

    if name is None:
        show("formats", [_row(row) for row in FORMATS.values()], json_)
        return
    from winitgen.cli.entry import entry_json, named, show_entry

    row = FORMATS[named("format", name, FORMATS)]
    facts = {**_row(row), "recipe": row.carries_recipe}
    if json_:
        entry_json("formats", facts)
    else:
        show_entry(facts, ())


def _row(row: Format) -> dict[str, Any]:
    """Return the line of a format in the list."""
    return {
        "format": row.name,
        "endings": list(row.endings),
        "pipe": row.forward_only,
        "what": row.summary,
    }

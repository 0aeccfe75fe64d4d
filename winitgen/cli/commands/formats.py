"""``winitgen formats``: the table of file formats, and one format."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
        show([_row(row) for row in FORMATS.values()], json_)
        return
    from winitgen.cli.entry import entry_json, named, show_entry

    row = FORMATS[named("format", name, FORMATS)]
    facts = {**_row(row), "endings": list(row.endings), "recipe": "yes" if row.carries_recipe else "no"}
    if json_:
        entry_json(facts)
    else:
        show_entry(facts, ())


def _row(row: Format) -> dict[str, str]:
    """Return the line of a format in the list."""
    return {
        "format": row.name,
        "endings": " ".join(row.endings),
        "pipe": "yes" if row.forward_only else "no",
        "what": row.summary,
    }

"""``winitgen formats``: the table of file formats."""

from __future__ import annotations

import click

from winitgen.cli.listing import show
from winitgen.cli.options import as_json
from winitgen.cli.sections import SectionedCommand


@click.command("formats", cls=SectionedCommand)
@as_json
def command(json_: bool) -> None:
    """List every file format: its name for --format, the endings of OUT, whether it can be piped, and its content.

    \b
    Example:
      winitgen formats
    """
    from winitgen.files.formats import FORMATS

    rows = [
        {
            "format": row.name,
            "endings": list(row.endings),
            "pipe": row.forward_only,
            "what": row.summary,
        }
        for row in FORMATS.values()
    ]
    show("formats", rows, json_)

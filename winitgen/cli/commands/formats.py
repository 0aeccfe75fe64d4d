"""``winitgen formats``: the table of file formats and layouts."""

from __future__ import annotations

import click

from winitgen.cli.listing import show
from winitgen.cli.options import as_json


@click.command("formats", short_help="List the file formats, with their endings.")
@as_json
def command(json_: bool) -> None:
    """List every file format: the name --format takes, the endings of OUT, and what is written.

    \b
    Example:
      winitgen formats
    """
    from winitgen.files.formats import FORMATS

    rows = [
        {
            "format": row.name,
            "endings": " ".join(row.endings),
            "pipe": "yes" if row.forward_only else "no",
            "what": row.summary,
        }
        for row in FORMATS.values()
    ]
    show(rows, json_)

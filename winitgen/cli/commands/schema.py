"""``winitgen schema``: the JSON Schema of the layer-spec."""

from __future__ import annotations

import sys

import click

from winitgen.cli.sections import SectionedCommand


@click.command("schema", cls=SectionedCommand)
def command() -> None:
    """Print the JSON Schema (draft-07) of the layer-spec, for completion and checks in an editor.

    \b
    Example:
      winitgen schema > specs/schema.json
    """
    import json

    from winitgen.spec.schema import json_schema

    sys.stdout.write(json.dumps(json_schema(), indent=2) + "\n")

"""``winitgen families``: the model families whose config.json is a layer-spec."""

from __future__ import annotations

import click

from winitgen.cli.listing import show
from winitgen.cli.options import as_json
from winitgen.cli.sections import SectionedCommand


@click.command("families", cls=SectionedCommand)
@as_json
def command(json_: bool) -> None:
    """List the model families: the `model_type` of a config.json, and the classes whose checkpoints are known.

    `winitgen import config.json` writes the layer-spec of one, `winitgen init config.json -o out/` its checkpoint.

    \b
    Example:
      winitgen families
      winitgen families --json
    """
    from winitgen.configs.family import model_types, template

    rows = []
    for model_type, name in sorted(model_types().items()):
        family = template(name).family
        rows.append({"model_type": model_type, "family": family.family, "classes": list(family.classes)})
    show("families", rows, json_)

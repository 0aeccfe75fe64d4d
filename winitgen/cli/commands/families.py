"""``winitgen families``: the model families whose config.json is a layer-spec, and one family."""

from __future__ import annotations

import json

import click

from winitgen.cli import completions
from winitgen.cli.listing import show
from winitgen.cli.options import as_json
from winitgen.cli.sections import SectionedCommand


@click.command("families", cls=SectionedCommand)
@click.argument("name", metavar="[MODEL_TYPE]", required=False, shell_complete=completions.family)
@as_json
def command(name: str | None, json_: bool) -> None:
    """List the model families: the `model_type` of a config.json, and the classes whose checkpoints are known.

    `winitgen import config.json` writes the layer-spec of one, `winitgen init config.json -o out/` its checkpoint. With
    MODEL_TYPE, show one family: also what its paper says of the initialization, and the fields of its config.

    \b
    Example:
      winitgen families
      winitgen families llama
      winitgen families --json
    """
    from winitgen.configs.family import family, model_types

    types = model_types()
    if name is not None:
        _show_one(name, types, json_)
        return
    rows = []
    for model_type, file in sorted(types.items()):
        facts = family(file)
        rows.append({"model_type": model_type, "family": facts.family, "classes": list(facts.classes)})
    show("families", rows, json_)


def _show_one(name: str, types: dict[str, str], json_: bool) -> None:
    """Print all that is known of the family of one ``model_type``."""
    from winitgen.cli.entry import entry_json, named, show_entry
    from winitgen.configs.family import template

    model_type = named("family", name, types)
    found = template(types[model_type])
    facts = {
        "model_type": model_type,
        "family": found.family.family,
        "classes": found.family.classes,
        "same_layers": sorted({types[model_type], *found.family.also} - {model_type}),
        "paper": found.family.paper,
        "activations": found.family.activations,
        "only_with": [f"{field}: {json.dumps(value)}" for field, value in found.family.fixed.items()],
        "fields": list(found.fields),
        "ignored": found.family.ignored,
    }
    if json_:
        entry_json("families", facts)
    else:
        show_entry(facts, ())

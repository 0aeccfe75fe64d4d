"""``winitgen layers``: the table of layer types, and the options of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from winitgen.cli import completions
from winitgen.cli.listing import show
from winitgen.cli.options import as_json
from winitgen.cli.sections import SectionedCommand

if TYPE_CHECKING:
    from winitgen.catalog.layers.layer import Layer
    from winitgen.spec.descriptions import KeyDescription


@click.command("layers", cls=SectionedCommand)
@click.argument("type_", metavar="[TYPE]", required=False, shell_complete=completions.layer_type)
@as_json
def command(type_: str | None, json_: bool) -> None:
    """List every layer type, what it does, and its options; those in capitals are required.

    With TYPE, show one type and its options: what each takes and means.

    \b
    Example:
      winitgen layers
      winitgen layers conv2d
    """
    from winitgen.catalog import spellings
    from winitgen.catalog.layers import LAYERS

    if type_ is None:
        show("layers", [_summary(kind) for _, kind in sorted(LAYERS.items())], json_)
        return
    from winitgen.cli.entry import named, options_table, show_entry

    kind = LAYERS[named("layer type", type_, LAYERS, spellings=spellings.LAYER_TYPES)]
    options = options_table(_keys(kind))
    if json_:
        show("layers", options, json_)
    else:
        show_entry({key: value for key, value in _summary(kind).items() if key != "options"}, options)


def _summary(kind: type[Layer]) -> dict[str, Any]:
    """Return one line of a type: its name, the names of its options, and what it does."""
    import msgspec

    from winitgen.spec.descriptions import summary_of

    fields: tuple[msgspec.structs.FieldInfo, ...] = msgspec.structs.fields(kind)
    options = [{"option": field.encode_name, "required": field.required} for field in fields]
    return {"type": kind.type, "options": options, "what": summary_of(kind)}


def _keys(kind: type[Layer]) -> list[KeyDescription]:
    """Return the options of a type: the required ones first, those that all types have last."""
    from winitgen.catalog.layers.layer import Layer
    from winitgen.spec.descriptions import layer_keys

    common = layer_keys(Layer)
    return sorted(layer_keys(kind).values(), key=lambda key: (not key.required, key == common.get(key.key)))

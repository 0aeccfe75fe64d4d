"""``winitgen layers``: the table of layer types, and the options of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from winitgen.cli import completions
from winitgen.cli.listing import Entry, show
from winitgen.cli.options import as_json
from winitgen.cli.sections import SectionedCommand

if TYPE_CHECKING:
    from winitgen.catalog.layers.layer import Layer


@click.command("layers", cls=SectionedCommand)
@click.argument("type_", metavar="[TYPE]", required=False, shell_complete=completions.layer_type)
@as_json
def command(type_: str | None, json_: bool) -> None:
    """List every layer type, what it does, and its options; those in capitals are required.

    With TYPE, list the options of one type: what each takes and means.

    \b
    Example:
      winitgen layers
      winitgen layers conv2d
    """
    from winitgen.catalog import spellings
    from winitgen.catalog.layers import LAYERS

    if type_ is not None and type_ not in LAYERS:
        from winitgen.errors import UsageError
        from winitgen.spec.mistakes import show as quoted
        from winitgen.spec.mistakes import suggest

        hint = suggest(type_, LAYERS, spellings.LAYER_TYPES) or "; `winitgen layers` lists them"
        raise UsageError(f"unknown layer type {quoted(type_)}{hint}")
    if type_ is None:
        show("layers", [_summary(kind) for _, kind in sorted(LAYERS.items())], json_)
    else:
        show("layers", _options(LAYERS[type_]), json_, _option_row)


def _summary(kind: type[Layer]) -> dict[str, Any]:
    """Return one line of a type: its name, the names of its options, and what it does."""
    import msgspec

    from winitgen.spec.descriptions import summary_of

    fields: tuple[msgspec.structs.FieldInfo, ...] = msgspec.structs.fields(kind)
    options = [{"option": field.encode_name, "required": field.required} for field in fields]
    return {"type": kind.type, "options": options, "what": summary_of(kind)}


def _options(kind: type[Layer]) -> list[dict[str, Any]]:
    """Return a line for each option of a type: the required ones first, those that all types have last."""
    from winitgen.catalog.layers.layer import Layer
    from winitgen.spec.descriptions import layer_keys, written

    common = layer_keys(Layer)
    keys = sorted(layer_keys(kind).values(), key=lambda key: (not key.required, key == common.get(key.key)))
    return [
        {
            "option": key.key,
            "takes": key.expected,
            "required": key.required,
            "default": None if key.required or key.default is None else written(key.default),
            "meaning": key.meaning,
        }
        for key in keys
    ]


def _option_row(entry: Entry) -> Entry:
    """Return an entry of `_options` as a line of the table, in which the default says that an option is required."""
    row = {key: value for key, value in entry.items() if key != "required"}
    return row | ({"default": "required"} if entry["required"] else {})

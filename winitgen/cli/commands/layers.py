"""``winitgen layers``: the table of layer types."""

from __future__ import annotations

import click

from winitgen.cli.listing import show
from winitgen.cli.options import as_json
from winitgen.cli.sections import SectionedCommand


@click.command("layers", cls=SectionedCommand, short_help="List the layer types, with their options.")
@as_json
def command(json_: bool) -> None:
    """List every layer type, what it does, and its options; those in capitals are required.

    \b
    Example:
      winitgen layers
    """
    import msgspec

    from winitgen.catalog.layers import LAYERS

    rows = []
    for name, kind in sorted(LAYERS.items()):
        fields: tuple[msgspec.structs.FieldInfo, ...] = msgspec.structs.fields(kind)
        options = [field.encode_name.upper() if field.required else field.encode_name for field in fields]
        rows.append({"type": name, "words": ", ".join(options), "what": (kind.__doc__ or "").splitlines()[0]})
    show(rows, json_)

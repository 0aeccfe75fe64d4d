"""``winitgen presets``: the table of presets, and the rows of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from winitgen.cli import completions
from winitgen.cli.listing import show
from winitgen.cli.options import as_json
from winitgen.cli.sections import SectionedCommand

if TYPE_CHECKING:
    from winitgen.catalog.presets.preset import Preset


@click.command("presets", cls=SectionedCommand)
@click.argument("name", required=False, shell_complete=completions.preset)
@as_json
def command(name: str | None, json_: bool) -> None:
    """List every preset, with the version that it was read in and what it draws.

    With NAME, list the rows of one preset; of those that fit, one with a pattern counts first, then that of a
    part, then that of a layer type.

    \b
    Example:
      winitgen presets
      winitgen presets torchvision-vit
    """
    from winitgen.catalog.presets import PRESETS

    if name is None:
        rows = [_summary(preset) for preset in PRESETS.values()]
        show("presets", rows, json_, optional=("of", "version", "embedding", "bias"))
        return
    from winitgen.cli.entry import named, show_entry

    preset = PRESETS[named("preset", name, PRESETS)]
    if json_:
        show("presets", _rows(preset), json_)
    else:
        show_entry({"preset": preset.name, "version": preset.version, "of": preset.draws}, _rows(preset))


def _summary(preset: Preset) -> dict[str, Any]:
    """Return one line of a preset: what it draws for the commonest parameters."""
    found = {
        "dense": preset.general("dense", "kernel"),
        "convolution": preset.general("convolution", "kernel"),
        "bias": preset.general("dense", "bias"),
        "embedding": preset.general("table", "embeddings"),
    }
    from winitgen.spec.descriptions import written_init

    drawn = {key: written_init(row.init) if row else "" for key, row in found.items()}
    return {"preset": preset.name, "version": preset.version, "of": preset.draws, **drawn}


def _rows(preset: Preset) -> list[dict[str, Any]]:
    """Return the rows of a preset, then those of the preset that holds for the rest."""
    from winitgen.spec.descriptions import written_init

    own = [
        {
            "preset": preset.name,
            "layers": list(row.layers),
            "parameters": list(row.roles),
            "match": row.match,
            "drawn_by": written_init(row.init),
            "source": row.source,
        }
        for row in preset.rows
    ]
    return own + (_rows(preset.base) if preset.base else [])

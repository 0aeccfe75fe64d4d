"""The presets: what a framework draws by default, by family of layers and role.

Each row was taken from the framework's own source, at the version given with its name. If a framework
has no layer of a family, its row is that of the layers it would be built from. Fans are the framework's
own, where they differ from those that the layer states. ``frameworks`` has a file for each framework,
``models`` one for each family of models that a library draws otherwise than its framework; a preset is
imported when it is asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from winitgen.catalog.layers.layer import Layer
from winitgen.catalog.layers.weight import Weight
from winitgen.on_demand import OnDemand

if TYPE_CHECKING:
    from winitgen.catalog.layers.experts import Experts
    from winitgen.catalog.layers.recurrent import Recurrent
    from winitgen.catalog.presets.preset import Preset, PresetDraw


def _homes() -> dict[str, str]:
    """Look for the modules of presets: those of frameworks, then those of models."""
    from os.path import dirname
    from pkgutil import iter_modules

    folders = ("frameworks", "models")
    found = [(f, module.name) for f in folders for module in iter_modules([f"{dirname(__file__)}/{f}"])]
    return {name.replace("_", "-"): f"{__name__}.{folder}.{name}:PRESET" for folder, name in found}


PRESETS: OnDemand[Preset] = OnDemand(_homes)
"""Every preset by its name: first those of frameworks, then those of models, each by the alphabet."""


def completed(name: str, layer: Layer, weights: list[Weight]) -> list[Weight]:
    """Return a layer's weights together with those that only the framework has."""
    if not name or layer.family != "recurrent":
        return weights
    return PRESETS[name].cells(cast("Recurrent", layer), weights)


def drawn(
    name: str, layer: Layer, weights: Sequence[Weight], ids: Sequence[str], quirks: str
) -> list[PresetDraw | None]:
    """Return how the framework draws each of a layer's weights, which have these ``ids``; None without a row.

    An empty ``name`` means no preset: None for every weight. ``quirks`` are those that the spec states for the
    layer, if any: those of another framework, or ``none``, replace the fans that the preset's own would see.
    """
    if not name:
        return [None] * len(weights)
    from winitgen.catalog import fan_quirks
    from winitgen.catalog.presets.preset import PresetDraw

    preset = PRESETS[name]
    rows = [preset.row(layer, weight, id_) for weight, id_ in zip(weights, ids, strict=True)]
    seen = preset.seen(_apart(layer), list(weights))
    if quirks and quirks not in (name, preset.base and preset.base.name):
        stated = fan_quirks.applied(quirks, layer, weights)
        seen = [w._replace(fan_in=s.fan_in, fan_out=s.fan_out) for w, s in zip(seen, stated, strict=True)]
    return [
        None if row is None else PresetDraw(row.init, weight) for row, weight in zip(rows, seen, strict=True)
    ]


def _apart(layer: Layer) -> Layer:
    """Return a layer whose experts are separate dense layers, from which a framework without experts builds them."""
    if layer.family != "experts":
        return layer
    from msgspec.structs import replace

    return replace(cast("Experts", layer), stacked=False, fused=False, interleaved=False)

"""The presets: what a framework draws by default, by family of layers and role.

Each row was taken from the framework's own source, at the version given with its name. If a framework
has no layer of a family, its row is that of the layers it would be built from. Fans are the framework's
own, where they differ from those that the layer states. ``frameworks`` has a file for each framework,
``models`` one for each family of models that a library draws otherwise than its framework; a preset is
imported when it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from os.path import dirname
from pkgutil import iter_modules

import msgspec

from winitgen.catalog import fan_quirks
from winitgen.catalog.layers.experts import Experts
from winitgen.catalog.layers.layer import Layer
from winitgen.catalog.layers.recurrent import Recurrent
from winitgen.catalog.layers.weight import Weight
from winitgen.catalog.presets.preset import Preset, PresetDraw


class Presets(Mapping[str, Preset]):
    """Every preset by its name: first those of frameworks, then those of models, each by the alphabet."""

    def __init__(self) -> None:
        folders = ("frameworks", "models")
        found = [(f, module.name) for f in folders for module in iter_modules([f"{dirname(__file__)}/{f}"])]
        self._homes = {name.replace("_", "-"): f"{__name__}.{folder}.{name}" for folder, name in found}

    def __getitem__(self, name: str) -> Preset:
        preset: Preset = import_module(self._homes[name]).PRESET
        return preset

    def __contains__(self, name: object) -> bool:
        return name in self._homes

    def __iter__(self) -> Iterator[str]:
        return iter(self._homes)

    def __len__(self) -> int:
        return len(self._homes)


PRESETS = Presets()


def completed(name: str, layer: Layer, weights: list[Weight]) -> list[Weight]:
    """Return a layer's weights together with those that only the framework has."""
    return PRESETS[name].cells(layer, weights) if name and isinstance(layer, Recurrent) else weights


def drawn(
    name: str, layer: Layer, weights: Sequence[Weight], ids: Sequence[str], quirks: str
) -> list[PresetDraw | None]:
    """Return how the framework draws each of a layer's weights, which have these ``ids``; None without a row.

    An empty ``name`` means no preset: None for every weight. ``quirks`` are those that the spec states for the
    layer, if any: those of another framework, or ``none``, replace the fans that the preset's own would see.
    """
    if not name:
        return [None] * len(weights)
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
    if not isinstance(layer, Experts):
        return layer
    return msgspec.structs.replace(layer, stacked=False, fused=False, interleaved=False)

"""What a preset is: rows of what is drawn, and the weights as the framework sees them."""

from __future__ import annotations

from collections.abc import Callable
from fnmatch import fnmatchcase
from typing import NamedTuple

from winitgen.catalog.init import ZEROS, Init
from winitgen.catalog.layers.composite import Composite
from winitgen.catalog.layers.layer import Layer
from winitgen.catalog.layers.learned import Learned
from winitgen.catalog.layers.norm import FeatureNorm
from winitgen.catalog.layers.recurrent import Recurrent
from winitgen.catalog.layers.weight import Weight

Seen = Callable[[Layer, list[Weight]], list[Weight]]
"""Returns the weights of a layer with the fans, and the gates, that the framework's own module has."""

Cells = Callable[[Recurrent, list[Weight]], list[Weight]]
"""Returns the weights of a recurrent layer with the biases that the framework's own cell has."""


class PresetRow(NamedTuple):
    """What is drawn for these roles of these families of layers, and where its source says so.

    ``layers`` names families, families with a part, as in ``attention.output``, and single layer types.
    ``match`` limits the row to ids of parameters: * is any run of characters, ? is one. Of several rows that
    fit, the first with a pattern has precedence, then that of a part, then that of a type.
    """

    layers: tuple[str, ...]
    roles: tuple[str, ...]
    init: Init
    source: str
    match: str = ""

    def fits(self, kind: str, role: str, parameter_id: str) -> bool:
        """Return whether the row is for this kind of layer, this role and this id."""
        if kind not in self.layers or role not in self.roles:
            return False
        return not self.match or fnmatchcase(parameter_id, self.match)


class Preset(NamedTuple):
    """The rows of a framework, or of one of its models, with the version that they were taken from.

    ``base`` holds for what no row is for: a model draws its other layers as its framework does.
    """

    name: str
    version: str
    draws: str
    """What has these defaults, in a few words."""
    rows: tuple[PresetRow, ...]
    seen: Seen
    cells: Cells = lambda layer, weights: weights
    base: Preset | None = None

    def row(self, layer: Layer, weight: Weight, parameter_id: str = "") -> PresetRow | None:
        """Return the row of a weight, or None if the framework has none.

        Learned tensors, and scales less 1, for which frameworks have no module, are drawn as `auto` does.
        A layer without a row has that of the layers it is built from, and a projection that of a dense one.
        """
        if isinstance(layer, FeatureNorm) and layer.unit_offset and weight.role == "gamma":
            return PresetRow((layer.type,), (weight.role,), ZEROS, "a norm without a module: as auto")
        part = layer.part_named(weight.part) if isinstance(layer, Composite) else weight.part
        kinds = [(kind, weight.role) for kind in (f"{layer.family}.{part}", layer.type, layer.family)]
        kinds += [(layer.built_from, weight.role)] if layer.built_from else []
        kinds += [("dense", "kernel")] if weight.role == "projection_kernel" else []
        for patterns in (True, False):
            for kind, role in kinds:
                for row in self.rows:
                    if bool(row.match) is patterns and row.fits(kind, role, parameter_id):
                        return row
        if self.base:
            return self.base.row(layer, weight, parameter_id)
        if isinstance(layer, Learned):
            return PresetRow(
                (layer.family,), (weight.role,), layer.start, "a parameter without a module: as auto"
            )
        return None

    def model(
        self, name: str, version: str, draws: str, rows: tuple[PresetRow, ...], seen: Seen | None = None
    ) -> Preset:
        """Return the preset of a model that draws all layers without a row as this preset does.

        ``seen`` gives its weights other fans than this preset does.
        """
        return Preset(name, version, draws, rows, seen or self.seen, self.cells, self)

    def general(self, kind: str, role: str) -> PresetRow | None:
        """Return the row of a family of layers that has no pattern, or None."""
        for row in self.rows:
            if not row.match and row.fits(kind, role, ""):
                return row
        return self.base.general(kind, role) if self.base else None


class PresetDraw(NamedTuple):
    """How a framework draws a weight, and the weight as the framework sees it: its fans, its gates."""

    init: Init
    weight: Weight

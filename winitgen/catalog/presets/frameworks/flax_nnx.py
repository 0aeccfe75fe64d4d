"""Flax nnx: as linen, but for the recurrent cells that draw all gates as one matrix."""

from __future__ import annotations

from winitgen.catalog.layers.layer import Layer
from winitgen.catalog.layers.recurrent import Recurrent
from winitgen.catalog.layers.weight import Weight
from winitgen.catalog.presets.cells import as_one_matrix
from winitgen.catalog.presets.frameworks import flax
from winitgen.catalog.presets.preset import Preset, PresetRow
from winitgen.catalog.presets.rows import ORTHOGONAL


def seen(layer: Layer, weights: list[Weight]) -> list[Weight]:
    """Return the weights as linen sees them, and the gates of a recurrent kernel as one matrix."""
    found = flax.seen(layer, weights)
    return as_one_matrix(found) if isinstance(layer, Recurrent) else found


PRESET = Preset(
    "flax-nnx",
    "flax 0.12.8",
    "the modules of flax.nnx; an lstm as OptimizedLSTMCell",
    (
        PresetRow(
            ("recurrent",),
            ("recurrent_kernel",),
            ORTHOGONAL,
            "nnx.OptimizedLSTMCell, GRUCell: dense_h, over (H, gates * H)",
        ),
    ),
    seen,
    base=flax.PRESET,
)

"""Flax linen: the default initializers of its modules."""

from __future__ import annotations

from winitgen.catalog import fan_quirks
from winitgen.catalog.init import ZEROS, Init
from winitgen.catalog.layers.layer import Layer
from winitgen.catalog.layers.weight import Weight
from winitgen.catalog.presets.preset import Preset, PresetRow
from winitgen.catalog.presets.rows import KERNELS_AND_ATTENTION, LECUN, ORTHOGONAL, TABLES, norms, prelu


def seen(layer: Layer, weights: list[Weight]) -> list[Weight]:
    """Return the weights with the fans that JAX's initializers compute."""
    return fan_quirks.applied("flax", layer, weights)


PRESET = Preset(
    "flax",
    "flax 0.12.8",
    "the modules of flax.linen",
    (
        PresetRow(
            (*KERNELS_AND_ATTENTION, "recurrent"), ("kernel",), LECUN, "linen.linear.default_kernel_init"
        ),
        PresetRow(KERNELS_AND_ATTENTION, ("bias",), ZEROS, "linen: bias_init"),
        PresetRow(
            TABLES,
            ("embeddings",),
            Init("variance_scaling", mode="fan_out", distribution="normal"),
            "linen.linear.default_embed_init: 'fan_in' with out_axis=0 divides by the features",
        ),
        PresetRow(
            ("recurrent",),
            ("recurrent_kernel",),
            ORTHOGONAL,
            "linen.recurrent: recurrent_kernel_init, each gate",
        ),
        PresetRow(("recurrent",), ("bias", "recurrent_bias"), ZEROS, "linen.recurrent: bias_init"),
        *norms("linen.normalization: scale_init, bias_init"),
        prelu(0.01, "linen.PReLU: negative_slope_init"),
    ),
    seen,
)

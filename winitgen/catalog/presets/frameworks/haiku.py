"""Haiku: a truncated normal that makes no up for its cut, and corrected variance scaling where it asks for one."""

from __future__ import annotations

from collections.abc import Sequence

from winitgen.catalog.fan_quirks import Fans, as_stated
from winitgen.catalog.init import ZEROS, Init
from winitgen.catalog.layers.layer import Layer
from winitgen.catalog.layers.recurrent import Lstm
from winitgen.catalog.layers.weight import Weight
from winitgen.catalog.presets.fans import OWN_GROUPS, by
from winitgen.catalog.presets.preset import Preset, PresetRow
from winitgen.catalog.presets.rows import KERNELS, KERNELS_AND_ATTENTION, LECUN, TABLES, norms, prelu

CUT = Init("lecun_truncated_normal", correct=False)
"""The standard deviation is 1/sqrt(fan_in) before the cut at two of them, and 0.88 of it after."""


def _joined(layer: Layer, weight: Weight, weights: Sequence[Weight]) -> Fans:
    """Return the inputs and the units of an LSTM together: one Linear takes both."""
    if not isinstance(layer, Lstm) or weight.role == "projection_kernel":
        return as_stated(layer, weight, weights)
    inputs = next(other.shape[-1] for other in weights if (other.role, other.part) == ("kernel", weight.part))
    return inputs + layer.features, len(layer.gates) * layer.units


PRESET = Preset(
    "haiku",
    "dm-haiku 0.0.17",
    "the modules of haiku; attention with w_init=VarianceScaling()",
    (
        PresetRow(KERNELS, ("kernel",), CUT, "hk.Linear, ConvND, ConvNDTranspose, DepthwiseConv2D: w_init"),
        PresetRow(KERNELS_AND_ATTENTION, ("bias",), ZEROS, "hk: b_init"),
        PresetRow(
            TABLES,
            ("embeddings",),
            Init("truncated_normal", std=1.0, correct=False),
            "hk.Embed: w_init, TruncatedNormal()",
        ),
        PresetRow(
            ("recurrent",), ("kernel", "recurrent_kernel"), CUT, "hk.VanillaRNN, LSTM: hk.Linear of both"
        ),
        PresetRow(("gru",), ("kernel", "recurrent_kernel"), LECUN, "hk.GRU: w_i_init, w_h_init"),
        PresetRow(("recurrent",), ("bias", "recurrent_bias"), ZEROS, "hk.VanillaRNN, LSTM, GRU: b_init"),
        PresetRow(("attention",), ("kernel",), LECUN, "hk.MultiHeadAttention: w_init, which it asks for"),
        *norms("hk.BatchNorm, LayerNorm, GroupNorm, InstanceNorm, RMSNorm: create_scale, create_offset"),
        prelu(0.25, "none of its own: He et al. 2015"),
    ),
    by({**OWN_GROUPS, "recurrent": _joined}),
)

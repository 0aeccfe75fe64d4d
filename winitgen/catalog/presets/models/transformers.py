"""Hugging Face's transformers: a normal of ``initializer_range``, 0.02 unless a config says otherwise, and zeros."""

from __future__ import annotations

from winitgen.catalog import fan_quirks
from winitgen.catalog.init import ZEROS
from winitgen.catalog.layers.layer import Layer
from winitgen.catalog.layers.recurrent import Lstm
from winitgen.catalog.layers.weight import Weight
from winitgen.catalog.presets.frameworks import torch
from winitgen.catalog.presets.preset import PresetRow
from winitgen.catalog.presets.rows import GLOROT, KERNELS_AND_ATTENTION, TWO_HUNDREDTHS


def seen(layer: Layer, weights: list[Weight]) -> list[Weight]:
    """Return the weights as PyTorch sees them, but those of an LSTM as matrices: (4H, inputs) and (4H, H)."""
    if isinstance(layer, Lstm):
        return fan_quirks.applied("torch", layer, weights)
    return torch.seen(layer, weights)


PRESET = torch.PRESET.model(
    "transformers",
    "transformers 5.23.0",
    "most models: BERT, Llama, ViT, ConvNeXt; initializer_range 0.02",
    (
        PresetRow(
            (*KERNELS_AND_ATTENTION, "table"),
            ("kernel", "embeddings"),
            TWO_HUNDREDTHS,
            "PreTrainedModel._init_weights: normal_(std=initializer_range)",
        ),
        PresetRow(KERNELS_AND_ATTENTION, ("bias",), ZEROS, "PreTrainedModel._init_weights: zeros_"),
        PresetRow(
            ("lstm",),
            ("kernel", "recurrent_kernel"),
            GLOROT,
            "PreTrainedModel._init_weights: xavier_uniform_, over (4H, inputs)",
        ),
        PresetRow(
            ("lstm",), ("bias", "recurrent_bias"), ZEROS, "PreTrainedModel._init_weights: constant_(0.0)"
        ),
    ),
    seen,
)

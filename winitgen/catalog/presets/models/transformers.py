"""Hugging Face's transformers: a normal of ``initializer_range``, 0.02 unless a config says otherwise, and zeros."""

from __future__ import annotations

from winitgen.catalog.init import ZEROS
from winitgen.catalog.presets.frameworks import torch
from winitgen.catalog.presets.preset import Preset, PresetRow
from winitgen.catalog.presets.rows import GLOROT, KERNELS_AND_ATTENTION, TWO_HUNDREDTHS

PRESET = Preset(
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
    torch.seen,
    torch.PRESET.cells,
    torch.PRESET,
)

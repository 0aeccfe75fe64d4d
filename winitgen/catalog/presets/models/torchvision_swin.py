"""torchvision's Swin: a normal of 0.02 for dense layers; convolutions as PyTorch's."""

from __future__ import annotations

from winitgen.catalog.init import ZEROS
from winitgen.catalog.presets.frameworks import torch
from winitgen.catalog.presets.preset import PresetRow
from winitgen.catalog.presets.rows import TWO_HUNDREDTHS

PRESET = torch.PRESET.model(
    "torchvision-swin",
    "torchvision 0.28.0",
    "Swin, Swin V2",
    (
        PresetRow(
            ("dense", "attention"),
            ("kernel",),
            TWO_HUNDREDTHS,
            "models.swin_transformer.SwinTransformer: trunc_normal_(std=0.02)",
        ),
        PresetRow(
            ("dense", "attention"), ("bias",), ZEROS, "models.swin_transformer.SwinTransformer: zeros_"
        ),
    ),
)

"""timm's Swin: a normal of 0.02 for dense layers; convolutions as PyTorch's."""

from __future__ import annotations

from winitgen.catalog.init import ZEROS
from winitgen.catalog.presets.frameworks import torch
from winitgen.catalog.presets.preset import PresetRow
from winitgen.catalog.presets.rows import TWO_HUNDREDTHS

PRESET = torch.PRESET.model(
    "timm-swin",
    "timm 1.0.31",
    "Swin",
    (
        PresetRow(
            ("dense", "attention"),
            ("kernel",),
            TWO_HUNDREDTHS,
            "models.vision_transformer: init_weights_vit_timm: trunc_normal_(std=0.02)",
        ),
        PresetRow(
            ("dense", "attention"),
            ("bias",),
            ZEROS,
            "models.vision_transformer: init_weights_vit_timm: zeros_",
        ),
    ),
)

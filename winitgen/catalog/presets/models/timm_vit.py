"""timm's vision transformer, DeiT too: a normal of 0.02, and patches as PyTorch's convolution."""

from __future__ import annotations

from winitgen.catalog.init import ZEROS, Init
from winitgen.catalog.presets.frameworks import torch
from winitgen.catalog.presets.preset import PresetRow
from winitgen.catalog.presets.rows import TWO_HUNDREDTHS

LINEAR = (
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
)
"""The rows of the function that timm's transformers share."""

VECTORS = (
    PresetRow(("table",), ("embeddings",), TWO_HUNDREDTHS, "models.vision_transformer: pos_embed"),
    PresetRow(
        ("token",),
        ("token",),
        Init("normal", std=1e-6),
        "models.vision_transformer: cls_token, reg_token",
    ),
)
"""The rows of positions and of class tokens."""

PRESET = torch.PRESET.model(
    "timm-vit",
    "timm 1.0.31",
    "vision transformer, DeiT; weight_init=''",
    (*LINEAR, *VECTORS),
)

"""timm's Swin: a normal of 0.02 for dense layers; convolutions as PyTorch's."""

from __future__ import annotations

from winitgen.catalog.presets.frameworks import torch
from winitgen.catalog.presets.models.timm_vit import LINEAR

PRESET = torch.PRESET.model(
    "timm-swin",
    "timm 1.0.31",
    "Swin",
    LINEAR,
)

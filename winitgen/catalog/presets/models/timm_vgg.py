"""timm's VGG: He by fan_out, and a narrow normal for the classifier."""

from __future__ import annotations

from winitgen.catalog.init import ZEROS, Init
from winitgen.catalog.presets.frameworks import torch
from winitgen.catalog.presets.preset import PresetRow
from winitgen.catalog.presets.rows import CONVOLUTIONS, HE_FAN_OUT

PRESET = torch.PRESET.model(
    "timm-vgg",
    "timm 1.0.31",
    "VGG",
    (
        PresetRow(CONVOLUTIONS, ("kernel",), HE_FAN_OUT, "models.vgg.VGG: kaiming_normal_(mode='fan_out')"),
        PresetRow(CONVOLUTIONS, ("bias",), ZEROS, "models.vgg.VGG: zeros_"),
        PresetRow(("dense",), ("kernel",), Init("normal", std=0.01), "models.vgg.VGG: normal_(std=0.01)"),
        PresetRow(("dense",), ("bias",), ZEROS, "models.vgg.VGG: zeros_"),
    ),
)

"""timm's ResNet of basic blocks: He by fan_out, and zeros in the last scale of each block."""

from __future__ import annotations

from winitgen.catalog.init import ZEROS
from winitgen.catalog.presets.frameworks import torch
from winitgen.catalog.presets.preset import PresetRow
from winitgen.catalog.presets.rows import CONVOLUTIONS, HE_FAN_OUT

PRESET = torch.PRESET.model(
    "timm-resnet-basic",
    "timm 1.0.31",
    "ResNet of basic blocks: resnet18, resnet34",
    (
        PresetRow(("norm",), ("gamma",), ZEROS, "models.resnet.BasicBlock.zero_init_last", "*.bn2/gamma"),
        PresetRow(
            CONVOLUTIONS,
            ("kernel",),
            HE_FAN_OUT,
            "models.resnet.ResNet.init_weights: kaiming_normal_(mode='fan_out')",
        ),
    ),
)

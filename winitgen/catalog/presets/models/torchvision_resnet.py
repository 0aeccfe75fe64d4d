"""torchvision's ResNet, ResNeXt and Wide ResNet: He by fan_out."""

from __future__ import annotations

from winitgen.catalog.presets.frameworks import torch
from winitgen.catalog.presets.preset import PresetRow
from winitgen.catalog.presets.rows import CONVOLUTIONS, HE_FAN_OUT

PRESET = torch.PRESET.model(
    "torchvision-resnet",
    "torchvision 0.28.0",
    "ResNet, ResNeXt, Wide ResNet",
    (
        PresetRow(
            CONVOLUTIONS, ("kernel",), HE_FAN_OUT, "models.resnet.ResNet: kaiming_normal_(mode='fan_out')"
        ),
    ),
)

"""torchvision's EfficientNet: He by fan_out, depthwise too; the classifier by its classes."""

from __future__ import annotations

from winitgen.catalog.init import ZEROS, Init
from winitgen.catalog.presets.frameworks import torch
from winitgen.catalog.presets.preset import PresetRow
from winitgen.catalog.presets.rows import CONVOLUTIONS, HE_FAN_OUT

OUTGOING = Init("lecun_uniform", scale=1 / 3, mode="fan_out")
"""U(-1/sqrt(fan_out), 1/sqrt(fan_out))."""

PRESET = torch.PRESET.model(
    "torchvision-efficientnet",
    "torchvision 0.28.0",
    "EfficientNet, EfficientNetV2",
    (
        PresetRow(
            CONVOLUTIONS,
            ("kernel",),
            HE_FAN_OUT,
            "models.efficientnet.EfficientNet: kaiming_normal_(mode='fan_out')",
        ),
        PresetRow(CONVOLUTIONS, ("bias",), ZEROS, "models.efficientnet.EfficientNet: zeros_"),
        PresetRow(
            ("dense",),
            ("kernel",),
            OUTGOING,
            "models.efficientnet.EfficientNet: uniform_ within 1 / sqrt(out_features)",
        ),
        PresetRow(("dense",), ("bias",), ZEROS, "models.efficientnet.EfficientNet: zeros_"),
    ),
)

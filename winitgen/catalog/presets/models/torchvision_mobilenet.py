"""torchvision's MobileNetV2 and MobileNetV3: He by fan_out, depthwise too."""

from __future__ import annotations

from winitgen.catalog.init import ZEROS, Init
from winitgen.catalog.presets.frameworks import torch
from winitgen.catalog.presets.preset import PresetRow
from winitgen.catalog.presets.rows import CONVOLUTIONS, HE_FAN_OUT

PRESET = torch.PRESET.model(
    "torchvision-mobilenet",
    "torchvision 0.28.0",
    "MobileNetV2, MobileNetV3",
    (
        PresetRow(
            CONVOLUTIONS,
            ("kernel",),
            HE_FAN_OUT,
            "models.mobilenetv2, mobilenetv3: kaiming_normal_(mode='fan_out')",
        ),
        PresetRow(CONVOLUTIONS, ("bias",), ZEROS, "models.mobilenetv2, mobilenetv3: zeros_"),
        PresetRow(
            ("dense",),
            ("kernel",),
            Init("normal", std=0.01),
            "models.mobilenetv2, mobilenetv3: normal_(std=0.01)",
        ),
        PresetRow(("dense",), ("bias",), ZEROS, "models.mobilenetv2, mobilenetv3: zeros_"),
    ),
)

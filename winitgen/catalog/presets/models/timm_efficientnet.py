"""timm's EfficientNet, MobileNet and MNASNet: He by the fan_out of a group, as Google's own code."""

from __future__ import annotations

from winitgen.catalog.init import ZEROS, Init
from winitgen.catalog.presets.frameworks import torch
from winitgen.catalog.presets.preset import PresetRow
from winitgen.catalog.presets.rows import CONVOLUTIONS, HE_FAN_OUT

PRESET = torch.PRESET.model(
    "timm-efficientnet",
    "timm 1.0.31",
    "EfficientNet, MobileNetV2, MobileNetV3, MNASNet, MixNet",
    (
        PresetRow(
            CONVOLUTIONS,
            ("kernel",),
            HE_FAN_OUT,
            "models._efficientnet_builder: _init_weight_goog: normal_(std=sqrt(2.0 / fan_out))",
        ),
        PresetRow(CONVOLUTIONS, ("bias",), ZEROS, "models._efficientnet_builder: _init_weight_goog: zeros_"),
        PresetRow(
            ("dense",),
            ("kernel",),
            Init("lecun_uniform", scale=1 / 3, mode="fan_out"),
            "models._efficientnet_builder: _init_weight_goog: uniform_ within 1 / sqrt(fan_out)",
        ),
        PresetRow(("dense",), ("bias",), ZEROS, "models._efficientnet_builder: _init_weight_goog: zeros_"),
    ),
    torch.seen_by_group,
)

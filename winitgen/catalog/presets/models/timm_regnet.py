"""timm's RegNet: He by the fan_out of a group, and zeros in the last scale of each block."""

from __future__ import annotations

from winitgen.catalog.init import ZEROS, Init
from winitgen.catalog.presets.frameworks import torch
from winitgen.catalog.presets.preset import PresetRow
from winitgen.catalog.presets.rows import CONVOLUTIONS, HE_FAN_OUT

PRESET = torch.PRESET.model(
    "timm-regnet",
    "timm 1.0.31",
    "RegNet",
    (
        PresetRow(
            ("norm",),
            ("gamma",),
            ZEROS,
            "models.regnet.Bottleneck.zero_init_last",
            "*.conv3.bn/gamma",
        ),
        PresetRow(
            CONVOLUTIONS,
            ("kernel",),
            HE_FAN_OUT,
            "models.regnet: _init_weights: normal_(std=sqrt(2.0 / fan_out))",
        ),
        PresetRow(CONVOLUTIONS, ("bias",), ZEROS, "models.regnet: _init_weights: zeros_"),
        PresetRow(
            ("dense",),
            ("kernel",),
            Init("normal", std=0.01),
            "models.regnet: _init_weights: normal_(std=0.01)",
        ),
        PresetRow(("dense",), ("bias",), ZEROS, "models.regnet: _init_weights: zeros_"),
    ),
    torch.seen_by_group,
)

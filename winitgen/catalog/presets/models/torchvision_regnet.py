"""torchvision's RegNet: He by fan_out; the biases of squeeze and excitation as PyTorch's."""

from __future__ import annotations

from winitgen.catalog.init import ZEROS, Init
from winitgen.catalog.presets.frameworks import torch
from winitgen.catalog.presets.preset import PresetRow
from winitgen.catalog.presets.rows import CONVOLUTIONS, HE_FAN_OUT

PRESET = torch.PRESET.model(
    "torchvision-regnet",
    "torchvision 0.28.0",
    "RegNet",
    (
        PresetRow(
            CONVOLUTIONS, ("kernel",), HE_FAN_OUT, "models.regnet.RegNet: normal_(std=sqrt(2.0 / fan_out))"
        ),
        PresetRow(
            ("dense",), ("kernel",), Init("normal", std=0.01), "models.regnet.RegNet: normal_(std=0.01)"
        ),
        PresetRow(("dense",), ("bias",), ZEROS, "models.regnet.RegNet: zeros_"),
    ),
)

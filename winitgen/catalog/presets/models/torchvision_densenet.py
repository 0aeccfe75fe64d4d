"""torchvision's DenseNet: He by fan_in."""

from __future__ import annotations

from winitgen.catalog.init import ZEROS, Init
from winitgen.catalog.presets.frameworks import torch
from winitgen.catalog.presets.preset import PresetRow
from winitgen.catalog.presets.rows import CONVOLUTIONS

PRESET = torch.PRESET.model(
    "torchvision-densenet",
    "torchvision 0.28.0",
    "DenseNet",
    (
        PresetRow(CONVOLUTIONS, ("kernel",), Init("he_normal"), "models.densenet.DenseNet: kaiming_normal_"),
        PresetRow(("dense",), ("bias",), ZEROS, "models.densenet.DenseNet: zeros_"),
    ),
)

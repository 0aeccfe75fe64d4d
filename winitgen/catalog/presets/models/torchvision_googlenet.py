"""torchvision's GoogLeNet: a normal of 0.01."""

from __future__ import annotations

from winitgen.catalog.init import Init
from winitgen.catalog.presets.frameworks import torch
from winitgen.catalog.presets.preset import PresetRow
from winitgen.catalog.presets.rows import KERNELS

PRESET = torch.PRESET.model(
    "torchvision-googlenet",
    "torchvision 0.28.0",
    "GoogLeNet",
    (
        PresetRow(
            KERNELS,
            ("kernel",),
            Init("normal", std=0.01),
            "models.googlenet.GoogLeNet: trunc_normal_(std=0.01)",
        ),
    ),
)

"""torchvision's MaxViT: a normal of 0.02 everywhere."""

from __future__ import annotations

from winitgen.catalog.init import ZEROS
from winitgen.catalog.presets.frameworks import torch
from winitgen.catalog.presets.preset import PresetRow
from winitgen.catalog.presets.rows import KERNELS_AND_ATTENTION, TWO_HUNDREDTHS

PRESET = torch.PRESET.model(
    "torchvision-maxvit",
    "torchvision 0.28.0",
    "MaxViT",
    (
        PresetRow(
            KERNELS_AND_ATTENTION,
            ("kernel",),
            TWO_HUNDREDTHS,
            "models.maxvit.MaxVit._init_weights: normal_(std=0.02)",
        ),
        PresetRow(KERNELS_AND_ATTENTION, ("bias",), ZEROS, "models.maxvit.MaxVit._init_weights: zeros_"),
    ),
)

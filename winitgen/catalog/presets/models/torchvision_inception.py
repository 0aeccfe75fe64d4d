"""torchvision's Inception v3: a normal of 0.1, narrower in the last layer of the auxiliary head."""

from __future__ import annotations

from winitgen.catalog.init import Init
from winitgen.catalog.presets.frameworks import torch
from winitgen.catalog.presets.preset import PresetRow
from winitgen.catalog.presets.rows import KERNELS

PRESET = torch.PRESET.model(
    "torchvision-inception",
    "torchvision 0.28.0",
    "Inception v3",
    (
        PresetRow(
            ("dense",),
            ("kernel",),
            Init("normal", std=0.001),
            "models.inception.Inception3: AuxLogits.fc.stddev",
            "*AuxLogits.fc/*",
        ),
        PresetRow(
            KERNELS,
            ("kernel",),
            Init("normal", std=0.1),
            "models.inception.Inception3: trunc_normal_(std=0.1)",
        ),
    ),
)

"""torchvision's ConvNeXt: a normal of 0.02 everywhere."""

from __future__ import annotations

from winitgen.catalog.init import ZEROS, Init
from winitgen.catalog.presets.frameworks import torch
from winitgen.catalog.presets.preset import PresetRow
from winitgen.catalog.presets.rows import KERNELS, TWO_HUNDREDTHS

PRESET = torch.PRESET.model(
    "torchvision-convnext",
    "torchvision 0.28.0",
    "ConvNeXt",
    (
        PresetRow(KERNELS, ("kernel",), TWO_HUNDREDTHS, "models.convnext.ConvNeXt: trunc_normal_(std=0.02)"),
        PresetRow(KERNELS, ("bias",), ZEROS, "models.convnext.ConvNeXt: zeros_"),
        PresetRow(
            ("scale",),
            ("scale",),
            Init("layer_scale", value=1e-6),
            "models.convnext.CNBlock: layer_scale=1e-6",
        ),
    ),
)

"""timm's ConvNeXt: a normal of 0.02 everywhere."""

from __future__ import annotations

from winitgen.catalog.init import ZEROS, Init
from winitgen.catalog.presets.frameworks import torch
from winitgen.catalog.presets.preset import PresetRow
from winitgen.catalog.presets.rows import KERNELS, TWO_HUNDREDTHS

PRESET = torch.PRESET.model(
    "timm-convnext",
    "timm 1.0.31",
    "ConvNeXt",
    (
        PresetRow(
            KERNELS, ("kernel",), TWO_HUNDREDTHS, "models.convnext: _init_weights: trunc_normal_(std=0.02)"
        ),
        PresetRow(KERNELS, ("bias",), ZEROS, "models.convnext: _init_weights: zeros_"),
        PresetRow(
            ("scale",),
            ("scale",),
            Init("layer_scale", value=1e-6),
            "models.convnext.ConvNeXtBlock: ls_init_value=1e-6",
        ),
    ),
)

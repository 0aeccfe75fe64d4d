"""torchvision's SqueezeNet: He's uniform, and a narrow normal for the classifier."""

from __future__ import annotations

from winitgen.catalog.init import ZEROS, Init
from winitgen.catalog.presets.frameworks import torch
from winitgen.catalog.presets.preset import PresetRow
from winitgen.catalog.presets.rows import CONVOLUTIONS

PRESET = torch.PRESET.model(
    "torchvision-squeezenet",
    "torchvision 0.28.0",
    "SqueezeNet",
    (
        PresetRow(
            CONVOLUTIONS,
            ("kernel",),
            Init("normal", std=0.01),
            "models.squeezenet.SqueezeNet: final_conv",
            "*classifier.1/*",
        ),
        PresetRow(
            CONVOLUTIONS, ("kernel",), Init("he_uniform"), "models.squeezenet.SqueezeNet: kaiming_uniform_"
        ),
        PresetRow(CONVOLUTIONS, ("bias",), ZEROS, "models.squeezenet.SqueezeNet: zeros_"),
    ),
)

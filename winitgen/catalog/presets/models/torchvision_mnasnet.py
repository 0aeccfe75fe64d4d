"""torchvision's MNASNet: He by fan_out; Xavier's scale by the classes for the classifier."""

from __future__ import annotations

from winitgen.catalog.init import ZEROS, Init
from winitgen.catalog.presets.frameworks import torch
from winitgen.catalog.presets.preset import PresetRow
from winitgen.catalog.presets.rows import CONVOLUTIONS, HE_FAN_OUT

PRESET = torch.PRESET.model(
    "torchvision-mnasnet",
    "torchvision 0.28.0",
    "MNASNet",
    (
        PresetRow(
            CONVOLUTIONS, ("kernel",), HE_FAN_OUT, "models.mnasnet.MNASNet: kaiming_normal_(mode='fan_out')"
        ),
        PresetRow(CONVOLUTIONS, ("bias",), ZEROS, "models.mnasnet.MNASNet: zeros_"),
        PresetRow(
            ("dense",),
            ("kernel",),
            Init("lecun_uniform", mode="fan_out"),
            "models.mnasnet.MNASNet: kaiming_uniform_(mode='fan_out', nonlinearity='sigmoid')",
        ),
        PresetRow(("dense",), ("bias",), ZEROS, "models.mnasnet.MNASNet: zeros_"),
    ),
)

"""Hugging Face's ResNet: He by fan_out, and the classifier as PyTorch's."""

from __future__ import annotations

from winitgen.catalog.presets.frameworks import torch
from winitgen.catalog.presets.preset import PresetRow
from winitgen.catalog.presets.rows import CONVOLUTIONS, HE_FAN_OUT

PRESET = torch.PRESET.model(
    "transformers-resnet",
    "transformers 5.23.0",
    "ResNet",
    (
        PresetRow(
            CONVOLUTIONS,
            ("kernel",),
            HE_FAN_OUT,
            "models.resnet.ResNetPreTrainedModel: kaiming_normal_(mode='fan_out')",
        ),
    ),
)

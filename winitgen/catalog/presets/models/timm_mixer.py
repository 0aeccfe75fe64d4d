"""timm's MLP-Mixer: Xavier, LeCun for the patches, and a head of zeros."""

from __future__ import annotations

from winitgen.catalog.init import ZEROS, Init
from winitgen.catalog.presets.frameworks import torch
from winitgen.catalog.presets.preset import PresetRow
from winitgen.catalog.presets.rows import CONVOLUTIONS, GLOROT, LECUN

PRESET = torch.PRESET.model(
    "timm-mixer",
    "timm 1.0.31",
    "MLP-Mixer",
    (
        PresetRow(("dense",), ("kernel", "bias"), ZEROS, "models.mlp_mixer: _init_weights: head", "head/*"),
        PresetRow(
            ("dense",), ("bias",), Init("normal", std=1e-6), "models.mlp_mixer: _init_weights: mlp", "*mlp*"
        ),
        PresetRow(("dense",), ("kernel",), GLOROT, "models.mlp_mixer: _init_weights: xavier_uniform_"),
        PresetRow(("dense",), ("bias",), ZEROS, "models.mlp_mixer: _init_weights: zeros_"),
        PresetRow(CONVOLUTIONS, ("kernel",), LECUN, "models.mlp_mixer: _init_weights: lecun_normal_"),
        PresetRow(CONVOLUTIONS, ("bias",), ZEROS, "models.mlp_mixer: _init_weights: zeros_"),
    ),
)

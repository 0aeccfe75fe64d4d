"""timm's vision transformer with ``weight_init='jax'``: Xavier, LeCun for the patches, and a head of zeros."""

from __future__ import annotations

from winitgen.catalog.init import ZEROS, Init
from winitgen.catalog.presets.frameworks import torch
from winitgen.catalog.presets.models.timm_vit import VECTORS
from winitgen.catalog.presets.preset import PresetRow
from winitgen.catalog.presets.rows import CONVOLUTIONS, GLOROT, LECUN

SOURCE = "models.vision_transformer: init_weights_vit_jax"

PRESET = torch.PRESET.model(
    "timm-vit-jax",
    "timm 1.0.31",
    "vision transformer; weight_init='jax'",
    (
        PresetRow(("dense",), ("kernel", "bias"), ZEROS, f"{SOURCE}: head", "head/*"),
        PresetRow(("dense",), ("bias",), Init("normal", std=1e-6), f"{SOURCE}: mlp", "*mlp*"),
        PresetRow(("dense", "attention"), ("kernel",), GLOROT, f"{SOURCE}: xavier_uniform_"),
        PresetRow(("dense", "attention"), ("bias",), ZEROS, f"{SOURCE}: zeros_"),
        PresetRow(CONVOLUTIONS, ("kernel",), LECUN, f"{SOURCE}: lecun_normal_"),
        PresetRow(CONVOLUTIONS, ("bias",), ZEROS, f"{SOURCE}: zeros_"),
        *VECTORS,
    ),
)

"""torchvision's vision transformer: attention as PyTorch's, and a head of zeros."""

from __future__ import annotations

from winitgen.catalog.init import ZEROS, Init
from winitgen.catalog.presets.frameworks import torch
from winitgen.catalog.presets.preset import PresetRow
from winitgen.catalog.presets.rows import GLOROT, TWO_HUNDREDTHS

PRESET = torch.PRESET.model(
    "torchvision-vit",
    "torchvision 0.28.0",
    "vision transformer",
    (
        PresetRow(
            ("dense",),
            ("kernel", "bias"),
            ZEROS,
            "models.vision_transformer.VisionTransformer: heads.head",
            "*heads.head/*",
        ),
        PresetRow(
            ("dense",),
            ("kernel",),
            Init("lecun_normal"),
            "models.vision_transformer.VisionTransformer: heads.pre_logits",
            "*heads.pre_logits/*",
        ),
        PresetRow(
            ("dense",),
            ("bias",),
            ZEROS,
            "models.vision_transformer.VisionTransformer: heads.pre_logits",
            "*heads.pre_logits/*",
        ),
        PresetRow(("dense",), ("kernel",), GLOROT, "models.vision_transformer.MLPBlock: xavier_uniform_"),
        PresetRow(
            ("dense",),
            ("bias",),
            Init("normal", std=1e-6),
            "models.vision_transformer.MLPBlock: normal_(std=1e-6)",
        ),
        PresetRow(
            ("convolution",),
            ("kernel",),
            Init("lecun_normal"),
            "models.vision_transformer.VisionTransformer: conv_proj",
        ),
        PresetRow(
            ("convolution",), ("bias",), ZEROS, "models.vision_transformer.VisionTransformer: conv_proj"
        ),
        PresetRow(
            ("table",), ("embeddings",), TWO_HUNDREDTHS, "models.vision_transformer.Encoder: pos_embedding"
        ),
        PresetRow(("token",), ("token",), ZEROS, "models.vision_transformer.VisionTransformer: class_token"),
    ),
)

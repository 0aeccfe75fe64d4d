"""Swin Transformer (Liu et al. 2021)."""

from tests.families.family_cases import Case, FamilyCases
from tests.families.media import pixels

CASES = FamilyCases(
    usual=Case(
        "SwinForImageClassification",
        {
            "embed_dim": 48,
            "depths": [1, 2, 2],
            "num_heads": [2, 4, 8],
            "image_size": 112,
            "window_size": 7,
            "num_labels": 40,
        },
    ),
    unusual=Case(
        "SwinModel",
        {
            "embed_dim": 40,
            "depths": [2, 3],
            "num_heads": [2, 5],
            "image_size": 60,
            "patch_size": 3,
            "window_size": 5,
            "mlp_ratio": 2.55,
            "num_channels": 5,
            "qkv_bias": False,
            "use_absolute_embeddings": True,
            "initializer_range": 0.05,
            "hidden_act": "relu",
            "dtype": "bfloat16",
        },
    ),
    two_layers=Case(
        "SwinForMaskedImageModeling",
        {
            "embed_dim": 72,
            "depths": [1, 1],
            "num_heads": [2, 4],
            "image_size": 64,
            "patch_size": 4,
            "window_size": 4,
            "encoder_stride": 8,
        },
    ),
    inputs=pixels,
)

"""Vision Transformer (Dosovitskiy et al. 2021)."""

from tests.families.family_cases import Case, FamilyCases
from tests.families.media import pixels

CASES = FamilyCases(
    usual=Case(
        "ViTForImageClassification",
        {
            "hidden_size": 192,
            "intermediate_size": 768,
            "num_hidden_layers": 3,
            "num_attention_heads": 3,
            "image_size": 96,
            "num_labels": 40,
        },
    ),
    unusual=Case(
        "ViTModel",
        {
            "hidden_size": 192,
            "intermediate_size": 200,
            "num_hidden_layers": 3,
            "num_attention_heads": 6,
            "image_size": 60,
            "patch_size": 11,
            "num_channels": 5,
            "initializer_range": 0.05,
            "hidden_act": "relu",
            "qkv_bias": False,
            "pooler_output_size": 100,
            "pooler_act": "gelu",
            "dtype": "bfloat16",
        },
    ),
    two_layers=Case(
        "ViTForMaskedImageModeling",
        {
            "hidden_size": 160,
            "intermediate_size": 320,
            "num_hidden_layers": 2,
            "num_attention_heads": 4,
            "image_size": 48,
            "patch_size": 8,
            "encoder_stride": 8,
        },
    ),
    inputs=pixels,
)

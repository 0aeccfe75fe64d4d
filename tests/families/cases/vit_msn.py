"""MSN (Assran et al. 2022)."""

from tests.families.family_cases import Case, FamilyCases
from tests.families.media import pixels

CASES = FamilyCases(
    usual=Case(
        "ViTMSNForImageClassification",
        {
            "hidden_size": 192,
            "num_hidden_layers": 3,
            "num_attention_heads": 3,
            "intermediate_size": 768,
            "image_size": 96,
            "num_labels": 40,
        },
    ),
    unusual=Case(
        "ViTMSNModel",
        {
            "hidden_size": 192,
            "num_hidden_layers": 3,
            "num_attention_heads": 6,
            "intermediate_size": 200,
            "image_size": 60,
            "patch_size": 11,
            "num_channels": 5,
            "initializer_range": 0.05,
            "hidden_act": "relu",
            "qkv_bias": False,
            "dtype": "bfloat16",
        },
    ),
    two_layers=Case(
        "ViTMSNModel",
        {
            "hidden_size": 160,
            "num_hidden_layers": 2,
            "num_attention_heads": 4,
            "intermediate_size": 320,
            "image_size": 48,
            "patch_size": 8,
        },
    ),
    inputs=pixels,
)

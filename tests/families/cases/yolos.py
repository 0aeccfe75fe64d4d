"""YOLOS (Fang et al. 2021)."""

from tests.families.family_cases import Case, FamilyCases
from tests.families.media import pixels

CASES = FamilyCases(
    usual=Case(
        "YolosForObjectDetection",
        {
            "hidden_size": 192,
            "num_hidden_layers": 3,
            "num_attention_heads": 3,
            "intermediate_size": 768,
            "image_size": [64, 96],
            "num_labels": 40,
            "num_detection_tokens": 20,
        },
    ),
    unusual=Case(
        "YolosForObjectDetection",
        {
            "hidden_size": 192,
            "num_hidden_layers": 3,
            "num_attention_heads": 6,
            "intermediate_size": 200,
            "image_size": [60, 70],
            "patch_size": 11,
            "num_channels": 5,
            "initializer_range": 0.05,
            "hidden_act": "relu",
            "qkv_bias": False,
            "dtype": "bfloat16",
            "num_detection_tokens": 7,
            "use_mid_position_embeddings": False,
            "num_labels": 3,
        },
    ),
    two_layers=Case(
        "YolosModel",
        {
            "hidden_size": 160,
            "num_hidden_layers": 2,
            "num_attention_heads": 4,
            "intermediate_size": 320,
            "image_size": [40, 64],
            "patch_size": 8,
        },
    ),
    inputs=pixels,
)

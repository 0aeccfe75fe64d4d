"""ViViT (Arnab et al. 2021)."""

from tests.families.family_cases import Case, FamilyCases
from tests.families.media import video

CASES = FamilyCases(
    usual=Case(
        "VivitForVideoClassification",
        {
            "hidden_size": 192,
            "num_hidden_layers": 3,
            "num_attention_heads": 3,
            "intermediate_size": 768,
            "image_size": 96,
            "num_labels": 40,
            "num_frames": 4,
        },
    ),
    unusual=Case(
        "VivitModel",
        {
            "hidden_size": 192,
            "num_hidden_layers": 3,
            "num_attention_heads": 6,
            "intermediate_size": 200,
            "image_size": 60,
            "num_channels": 5,
            "initializer_range": 0.04,
            "hidden_act": "relu",
            "qkv_bias": False,
            "dtype": "bfloat16",
            "pooler_output_size": 100,
            "pooler_act": "gelu",
            "num_frames": 9,
            "tubelet_size": [4, 11, 13],
        },
    ),
    two_layers=Case(
        "VivitModel",
        {
            "hidden_size": 160,
            "num_hidden_layers": 2,
            "num_attention_heads": 4,
            "intermediate_size": 320,
            "image_size": 48,
            "num_frames": 2,
            "tubelet_size": [1, 8, 8],
        },
    ),
    inputs=video,
)

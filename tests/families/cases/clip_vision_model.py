"""CLIP's tower for images (Radford et al. 2021)."""

from tests.families.family_cases import Case, FamilyCases
from tests.families.media import pixels

CASES = FamilyCases(
    usual=Case(
        "CLIPVisionModel",
        {
            "hidden_size": 192,
            "intermediate_size": 768,
            "num_hidden_layers": 3,
            "num_attention_heads": 3,
            "image_size": 160,
        },
    ),
    unusual=Case(
        "CLIPVisionModelWithProjection",
        {
            "hidden_size": 192,
            "intermediate_size": 250,
            "num_hidden_layers": 3,
            "num_attention_heads": 6,
            "num_channels": 1,
            "image_size": 70,
            "patch_size": 15,
            "hidden_act": "relu",
            "initializer_range": 0.05,
            "initializer_factor": 1.5,
            "projection_dim": 100,
            "dtype": "bfloat16",
        },
    ),
    two_layers=Case(
        "CLIPVisionModel",
        {
            "hidden_size": 160,
            "intermediate_size": 512,
            "num_hidden_layers": 2,
            "num_attention_heads": 4,
            "image_size": 64,
            "patch_size": 16,
        },
    ),
    inputs=pixels,
)

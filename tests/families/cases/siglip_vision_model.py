"""SigLIP's tower for images (Zhai et al. 2023)."""

from tests.families.family_cases import Case, FamilyCases
from tests.families.media import pixels

CASES = FamilyCases(
    usual=Case(
        "SiglipVisionModel",
        {
            "hidden_size": 192,
            "intermediate_size": 768,
            "num_hidden_layers": 3,
            "num_attention_heads": 3,
            "image_size": 160,
        },
    ),
    unusual=Case(
        "SiglipVisionModel",
        {
            "hidden_size": 192,
            "intermediate_size": 250,
            "num_hidden_layers": 3,
            "num_attention_heads": 6,
            "num_channels": 1,
            "image_size": 70,
            "patch_size": 15,
            "hidden_act": "relu",
            "vision_use_head": False,
            "dtype": "bfloat16",
        },
    ),
    two_layers=Case(
        "SiglipVisionModel",
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

"""SigLIP 2's tower for images (Tschannen et al. 2025)."""

from tests.families.family_cases import Case, FamilyCases
from tests.families.media import patches

CASES = FamilyCases(
    usual=Case(
        "Siglip2VisionModel",
        {
            "hidden_size": 192,
            "intermediate_size": 768,
            "num_hidden_layers": 3,
            "num_attention_heads": 3,
        },
    ),
    unusual=Case(
        "Siglip2VisionModel",
        {
            "hidden_size": 192,
            "intermediate_size": 250,
            "num_hidden_layers": 3,
            "num_attention_heads": 6,
            "num_channels": 1,
            "num_patches": 36,
            "patch_size": 15,
            "hidden_act": "relu",
            "vision_use_head": False,
            "dtype": "bfloat16",
        },
    ),
    two_layers=Case(
        "Siglip2VisionModel",
        {
            "hidden_size": 160,
            "intermediate_size": 512,
            "num_hidden_layers": 2,
            "num_attention_heads": 4,
            "num_patches": 25,
        },
    ),
    inputs=patches,
)

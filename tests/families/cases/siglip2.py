"""SigLIP 2 (Tschannen et al. 2025)."""

from typing import Any

from tests.families.cases.siglip import TEXT, UNUSUAL_TEXT
from tests.families.family_cases import Case, FamilyCases, tokens
from tests.families.media import patches

IMAGES = {
    "hidden_size": 192,
    "intermediate_size": 768,
    "num_hidden_layers": 2,
    "num_attention_heads": 3,
    "num_patches": 64,
}


def inputs(torch: Any, config: Any) -> dict[str, Any]:
    """Return images in patches, and tokens for a class that reads them."""
    if config.architectures == ["Siglip2ForImageClassification"]:
        return patches(torch, config)
    return tokens(torch, config) | patches(torch, config)


CASES = FamilyCases(
    usual=Case("Siglip2Model", {"text_config": TEXT, "vision_config": IMAGES}),
    unusual=Case(
        "Siglip2Model",
        {
            "text_config": UNUSUAL_TEXT,
            "vision_config": {
                "hidden_size": 176,
                "intermediate_size": 250,
                "num_hidden_layers": 3,
                "num_attention_heads": 4,
                "num_channels": 1,
                "num_patches": 49,
                "patch_size": 15,
                "hidden_act": "quick_gelu",
            },
            "initializer_factor": 1.2,
            "dtype": "bfloat16",
        },
    ),
    two_layers=Case(
        "Siglip2ForImageClassification",
        {
            "vision_config": {**IMAGES, "vision_use_head": False, "patch_size": 12},
            "initializer_factor": 0.8,
            "num_labels": 40,
        },
    ),
    inputs=inputs,
)

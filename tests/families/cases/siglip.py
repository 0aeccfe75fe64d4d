"""SigLIP (Zhai et al. 2023)."""

from typing import Any

from tests.families.family_cases import Case, FamilyCases, tokens
from tests.families.media import pixels

TEXT = {
    "vocab_size": 1031,
    "hidden_size": 192,
    "intermediate_size": 768,
    "num_hidden_layers": 3,
    "num_attention_heads": 3,
}
UNUSUAL_TEXT = {
    "vocab_size": 523,
    "hidden_size": 144,
    "intermediate_size": 200,
    "num_hidden_layers": 2,
    "num_attention_heads": 6,
    "max_position_embeddings": 50,
    "hidden_act": "relu",
    "pad_token_id": 5,
    "projection_size": 176,
}
IMAGES = {
    "hidden_size": 192,
    "intermediate_size": 768,
    "num_hidden_layers": 2,
    "num_attention_heads": 3,
    "image_size": 96,
}


def inputs(torch: Any, config: Any) -> dict[str, Any]:
    """Return images, and tokens for a class that reads them."""
    if config.architectures == ["SiglipForImageClassification"]:
        return pixels(torch, config)
    return tokens(torch, config) | pixels(torch, config)


CASES = FamilyCases(
    usual=Case("SiglipModel", {"text_config": TEXT, "vision_config": IMAGES}),
    unusual=Case(
        "SiglipModel",
        {
            "text_config": UNUSUAL_TEXT,
            "vision_config": {
                "hidden_size": 176,
                "intermediate_size": 250,
                "num_hidden_layers": 3,
                "num_attention_heads": 4,
                "num_channels": 1,
                "image_size": 70,
                "patch_size": 15,
                "hidden_act": "quick_gelu",
            },
            "initializer_factor": 1.2,
            "dtype": "bfloat16",
        },
    ),
    two_layers=Case(
        "SiglipForImageClassification",
        {
            "vision_config": {**IMAGES, "vision_use_head": False, "patch_size": 12},
            "initializer_factor": 0.8,
            "num_labels": 40,
        },
    ),
    inputs=inputs,
)

"""CLIP (Radford et al. 2021)."""

from typing import Any

from tests.families.family_cases import Case, FamilyCases, tokens
from tests.families.media import pixels

TEXT = {
    "vocab_size": 1031,
    "hidden_size": 128,
    "intermediate_size": 512,
    "num_hidden_layers": 3,
    "num_attention_heads": 2,
    "eos_token_id": 2,
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
    if config.architectures == ["CLIPForImageClassification"]:
        return pixels(torch, config)
    return tokens(torch, config) | pixels(torch, config)


CASES = FamilyCases(
    usual=Case("CLIPModel", {"text_config": TEXT, "vision_config": IMAGES, "projection_dim": 128}),
    unusual=Case(
        "CLIPModel",
        {
            "text_config": {
                "vocab_size": 523,
                "hidden_size": 144,
                "intermediate_size": 200,
                "num_hidden_layers": 2,
                "num_attention_heads": 6,
                "max_position_embeddings": 50,
                "hidden_act": "gelu",
                "initializer_range": 0.07,
                "initializer_factor": 0.7,
                "pad_token_id": 5,
                "eos_token_id": 2,
            },
            "vision_config": {
                "hidden_size": 192,
                "intermediate_size": 250,
                "num_hidden_layers": 3,
                "num_attention_heads": 4,
                "num_channels": 1,
                "image_size": 70,
                "patch_size": 15,
                "hidden_act": "relu",
                "initializer_range": 0.05,
                "initializer_factor": 1.5,
            },
            "projection_dim": 100,
            "logit_scale_init_value": 1.7,
            "initializer_factor": 1.2,
            "dtype": "bfloat16",
        },
    ),
    two_layers=Case(
        "CLIPForImageClassification",
        {"vision_config": {**IMAGES, "patch_size": 16}, "initializer_factor": 0.8, "num_labels": 40},
    ),
    inputs=inputs,
)

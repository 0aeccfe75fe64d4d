"""Masked autoencoder (He et al. 2022)."""

from typing import Any

from tests.families.family_cases import Case, FamilyCases
from tests.families.media import pixels


def output(out: Any) -> Any:
    """Return the pixels, which come after the loss, or the last states."""
    return out.logits if "logits" in out else out[0]


CASES = FamilyCases(
    usual=Case(
        "ViTMAEForPreTraining",
        {
            "hidden_size": 192,
            "num_hidden_layers": 3,
            "num_attention_heads": 3,
            "intermediate_size": 768,
            "image_size": 96,
            "decoder_hidden_size": 128,
            "decoder_num_hidden_layers": 2,
            "decoder_num_attention_heads": 4,
            "decoder_intermediate_size": 512,
        },
    ),
    unusual=Case(
        "ViTMAEForPreTraining",
        {
            "hidden_size": 192,
            "num_hidden_layers": 3,
            "num_attention_heads": 6,
            "intermediate_size": 200,
            "image_size": 66,
            "patch_size": 11,
            "num_channels": 5,
            "initializer_range": 0.05,
            "hidden_act": "relu",
            "qkv_bias": False,
            "dtype": "bfloat16",
            "decoder_hidden_size": 160,
            "decoder_num_hidden_layers": 3,
            "decoder_num_attention_heads": 5,
            "decoder_intermediate_size": 150,
        },
    ),
    two_layers=Case(
        "ViTMAEModel",
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
    output=output,
)

"""DINOv2 with registers (Darcet et al. 2024)."""

from typing import Any

from tests.families.family_cases import Case, FamilyCases
from tests.families.media import pixels


def output(out: Any) -> Any:
    """Return the logits or the last states, or the last map of a backbone."""
    return out[0][-1] if isinstance(out[0], tuple) else out[0]


CASES = FamilyCases(
    usual=Case(
        "Dinov2WithRegistersForImageClassification",
        {
            "hidden_size": 216,
            "num_hidden_layers": 3,
            "num_attention_heads": 3,
            "image_size": 96,
            "num_labels": 40,
            "patch_size": 16,
        },
    ),
    unusual=Case(
        "Dinov2WithRegistersModel",
        {
            "hidden_size": 192,
            "num_hidden_layers": 3,
            "num_attention_heads": 6,
            "image_size": 60,
            "patch_size": 11,
            "num_channels": 5,
            "initializer_range": 0.05,
            "hidden_act": "relu",
            "qkv_bias": False,
            "dtype": "bfloat16",
            "mlp_ratio": 3,
            "use_swiglu_ffn": True,
            "layerscale_value": 0.5,
            "num_register_tokens": 2,
        },
    ),
    two_layers=Case(
        "Dinov2WithRegistersBackbone",
        {
            "hidden_size": 160,
            "num_hidden_layers": 2,
            "num_attention_heads": 4,
            "image_size": 48,
            "patch_size": 8,
            "out_features": ["stage2"],
        },
    ),
    inputs=pixels,
    output=output,
)

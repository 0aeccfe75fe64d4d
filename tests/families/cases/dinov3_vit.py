"""DINOv3 (Siméoni et al. 2025)."""

from typing import Any

from tests.families.family_cases import Case, FamilyCases
from tests.families.media import pixels


def output(out: Any) -> Any:
    """Return the last states, or the last map of a backbone."""
    return out[0][-1] if isinstance(out[0], tuple) else out[0]


CASES = FamilyCases(
    usual=Case(
        "DINOv3ViTModel",
        {
            "hidden_size": 192,
            "num_hidden_layers": 3,
            "num_attention_heads": 3,
            "intermediate_size": 768,
            "image_size": 96,
            "num_register_tokens": 4,
        },
    ),
    unusual=Case(
        "DINOv3ViTModel",
        {
            "hidden_size": 192,
            "num_hidden_layers": 3,
            "num_attention_heads": 6,
            "intermediate_size": 200,
            "image_size": 60,
            "patch_size": 11,
            "num_channels": 5,
            "initializer_range": 0.05,
            "hidden_act": "relu",
            "dtype": "bfloat16",
            "query_bias": False,
            "key_bias": True,
            "value_bias": False,
            "proj_bias": False,
            "mlp_bias": False,
            "layerscale_value": 0.5,
            "use_gated_mlp": True,
            "num_register_tokens": 2,
        },
    ),
    two_layers=Case(
        "DINOv3ViTBackbone",
        {
            "hidden_size": 160,
            "num_hidden_layers": 2,
            "num_attention_heads": 4,
            "intermediate_size": 320,
            "image_size": 48,
            "patch_size": 8,
            "num_register_tokens": 3,
            "query_bias": False,
        },
    ),
    inputs=pixels,
    output=output,
)

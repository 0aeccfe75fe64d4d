"""The sizes of DINOv2, with registers and without."""

from typing import Any

USUAL: dict[str, Any] = {
    "num_hidden_layers": 3,
    "num_attention_heads": 3,
    "image_size": 96,
    "num_labels": 40,
    "patch_size": 16,
}

UNUSUAL: dict[str, Any] = {
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
}

TWO_LAYERS: dict[str, Any] = {
    "hidden_size": 160,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "image_size": 48,
    "patch_size": 8,
    "out_features": ["stage2"],
}

"""The sizes of vision transformers: at usual ratios, at unusual ones, and with two layers."""

from typing import Any

USUAL: dict[str, Any] = {
    "hidden_size": 192,
    "intermediate_size": 768,
    "num_hidden_layers": 3,
    "num_attention_heads": 3,
    "image_size": 96,
    "num_labels": 40,
}

UNUSUAL: dict[str, Any] = {
    "hidden_size": 192,
    "intermediate_size": 200,
    "num_hidden_layers": 3,
    "num_attention_heads": 6,
    "image_size": 60,
    "patch_size": 11,
    "num_channels": 5,
    "initializer_range": 0.05,
    "hidden_act": "relu",
    "dtype": "bfloat16",
}

TWO_LAYERS: dict[str, Any] = {
    "hidden_size": 160,
    "intermediate_size": 320,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "image_size": 48,
    "patch_size": 8,
}

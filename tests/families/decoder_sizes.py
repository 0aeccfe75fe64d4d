"""The sizes of decoders with rotary positions: at usual ratios, at unusual ones, and with two layers."""

from typing import Any

USUAL: dict[str, Any] = {
    "vocab_size": 1031,
    "hidden_size": 192,
    "intermediate_size": 320,
    "num_attention_heads": 6,
    "num_hidden_layers": 4,
}

UNUSUAL: dict[str, Any] = {
    "vocab_size": 1031,
    "hidden_size": 192,
    "intermediate_size": 200,
    "num_attention_heads": 6,
    "num_hidden_layers": 3,
    "initializer_range": 0.05,
    "dtype": "bfloat16",
}

TWO_LAYERS: dict[str, Any] = {
    "vocab_size": 1031,
    "hidden_size": 192,
    "intermediate_size": 320,
    "num_attention_heads": 4,
    "num_hidden_layers": 2,
    "num_key_value_heads": 2,
}

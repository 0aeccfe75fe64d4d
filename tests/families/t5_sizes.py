"""The sizes of T5 and its kin at unusual ratios."""

from typing import Any

UNUSUAL: dict[str, Any] = {
    "vocab_size": 1031,
    "d_model": 192,
    "d_kv": 20,
    "d_ff": 200,
    "num_layers": 3,
    "num_decoder_layers": 2,
    "num_heads": 12,
    "relative_attention_num_buckets": 48,
    "initializer_factor": 0.5,
    "tie_word_embeddings": False,
    "dtype": "bfloat16",
}

TWO_LAYERS: dict[str, Any] = {
    "vocab_size": 1031,
    "d_model": 192,
    "d_kv": 16,
    "num_layers": 2,
    "num_heads": 12,
}

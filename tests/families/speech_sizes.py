"""The sizes of the models of speech: small extractors, at their own ratios and at unusual ones."""

from typing import Any

USUAL: dict[str, Any] = {
    "hidden_size": 192,
    "num_hidden_layers": 3,
    "num_attention_heads": 3,
    "intermediate_size": 768,
    "conv_dim": [64, 64, 96, 96],
    "conv_kernel": [10, 3, 3, 2],
    "conv_stride": [5, 2, 2, 2],
    "num_conv_pos_embeddings": 16,
    "num_conv_pos_embedding_groups": 4,
    "vocab_size": 60,
}

UNUSUAL: dict[str, Any] = {
    "hidden_size": 160,
    "num_hidden_layers": 2,
    "num_attention_heads": 5,
    "intermediate_size": 200,
    "conv_dim": [64, 96, 80],
    "conv_kernel": [9, 4, 3],
    "conv_stride": [4, 3, 2],
    "num_conv_pos_embeddings": 9,
    "num_conv_pos_embedding_groups": 5,
    "vocab_size": 60,
    "initializer_range": 0.05,
    "hidden_act": "relu",
    "feat_extract_activation": "relu",
    "feat_extract_norm": "layer",
    "conv_bias": True,
    "do_stable_layer_norm": True,
    "mask_time_prob": 0.0,
    "dtype": "bfloat16",
}

TWO_LAYERS: dict[str, Any] = {
    "hidden_size": 128,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 768,
    "conv_dim": [64, 64, 96, 96],
    "conv_kernel": [10, 3, 3, 2],
    "conv_stride": [5, 2, 2, 2],
    "num_conv_pos_embeddings": 16,
    "num_conv_pos_embedding_groups": 4,
    "vocab_size": 60,
    "use_weighted_layer_sum": True,
}

"""The sizes of models with an encoder and a decoder, at their own ratios and at unusual ones."""

from typing import Any

USUAL: dict[str, Any] = {
    "vocab_size": 1031,
    "d_model": 192,
    "encoder_layers": 3,
    "encoder_attention_heads": 6,
    "encoder_ffn_dim": 512,
    "decoder_layers": 2,
    "decoder_attention_heads": 6,
    "decoder_ffn_dim": 512,
}

UNUSUAL: dict[str, Any] = {
    "vocab_size": 1031,
    "d_model": 192,
    "encoder_layers": 3,
    "encoder_attention_heads": 4,
    "encoder_ffn_dim": 200,
    "decoder_layers": 2,
    "decoder_attention_heads": 8,
    "decoder_ffn_dim": 300,
    "max_position_embeddings": 60,
    "init_std": 0.05,
    "pad_token_id": 7,
    "tie_word_embeddings": False,
    "dtype": "bfloat16",
}

TWO_LAYERS: dict[str, Any] = {
    "vocab_size": 1031,
    "d_model": 192,
    "encoder_layers": 2,
    "encoder_attention_heads": 6,
    "encoder_ffn_dim": 512,
    "decoder_layers": 2,
    "decoder_attention_heads": 6,
    "decoder_ffn_dim": 512,
}

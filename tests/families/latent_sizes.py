"""The sizes of models with latent attention and experts."""

from typing import Any

USUAL: dict[str, Any] = {
    "vocab_size": 1031,
    "hidden_size": 192,
    "intermediate_size": 480,
    "moe_intermediate_size": 56,
    "kv_lora_rank": 64,
    "qk_rope_head_dim": 16,
    "v_head_dim": 32,
    "qk_nope_head_dim": 32,
    "num_attention_heads": 6,
    "q_lora_rank": 96,
    "n_routed_experts": 16,
}

UNUSUAL: dict[str, Any] = {
    "vocab_size": 1031,
    "hidden_size": 192,
    "intermediate_size": 200,
    "moe_intermediate_size": 136,
    "num_hidden_layers": 3,
    "kv_lora_rank": 64,
    "qk_rope_head_dim": 16,
    "v_head_dim": 24,
    "qk_nope_head_dim": 40,
    "num_attention_heads": 6,
    "num_key_value_heads": 6,
    "q_lora_rank": None,
    "initializer_range": 0.05,
    "n_routed_experts": 6,
    "num_experts_per_tok": 3,
    "n_group": 2,
    "topk_group": 1,
    "first_k_dense_replace": 1,
    "routed_scaling_factor": 1.5,
    "attention_bias": True,
    "tie_word_embeddings": True,
    "pad_token_id": 5,
    "dtype": "bfloat16",
}

TWO_LAYERS: dict[str, Any] = {
    "vocab_size": 1031,
    "hidden_size": 192,
    "intermediate_size": 320,
    "moe_intermediate_size": 96,
    "num_hidden_layers": 2,
    "kv_lora_rank": 64,
    "qk_rope_head_dim": 16,
    "v_head_dim": 32,
    "qk_nope_head_dim": 32,
    "num_attention_heads": 6,
    "q_lora_rank": 80,
    "num_experts_per_tok": 4,
    "num_labels": 3,
    "pad_token_id": 0,
}

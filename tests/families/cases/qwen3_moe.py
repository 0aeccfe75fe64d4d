"""Qwen3-MoE (Yang et al. 2025)."""

from tests.families.family_cases import Case, FamilyCases

CASES = FamilyCases(
    usual=Case(
        "Qwen3MoeForCausalLM",
        {
            "vocab_size": 1031,
            "hidden_size": 192,
            "intermediate_size": 576,
            "moe_intermediate_size": 72,
            "num_hidden_layers": 3,
            "num_attention_heads": 8,
            "num_key_value_heads": 1,
            "head_dim": 32,
            "num_experts": 16,
            "num_experts_per_tok": 4,
        },
    ),
    unusual=Case(
        "Qwen3MoeForCausalLM",
        {
            "vocab_size": 1031,
            "hidden_size": 192,
            "intermediate_size": 200,
            "moe_intermediate_size": 136,
            "num_hidden_layers": 5,
            "num_attention_heads": 6,
            "num_key_value_heads": 2,
            "head_dim": 40,
            "initializer_range": 0.05,
            "num_experts": 5,
            "num_experts_per_tok": 3,
            "decoder_sparse_step": 2,
            "mlp_only_layers": [3],
            "norm_topk_prob": True,
            "attention_bias": True,
            "use_sliding_window": True,
            "sliding_window": 16,
            "tie_word_embeddings": True,
            "pad_token_id": 5,
            "dtype": "bfloat16",
        },
    ),
    two_layers=Case(
        "Qwen3MoeForSequenceClassification",
        {
            "vocab_size": 1031,
            "hidden_size": 192,
            "intermediate_size": 320,
            "moe_intermediate_size": 96,
            "num_hidden_layers": 2,
            "num_attention_heads": 4,
            "num_key_value_heads": 4,
            "num_local_experts": 8,
            "mlp_only_layers": [0],
            "num_labels": 3,
            "pad_token_id": 0,
        },
    ),
    more=(
        Case(
            "Qwen3MoeModel",
            {
                "vocab_size": 1031,
                "hidden_size": 96,
                "intermediate_size": 128,
                "moe_intermediate_size": 64,
                "num_hidden_layers": 2,
                "num_attention_heads": 4,
                "num_key_value_heads": 2,
                "num_experts": 8,
            },
        ),
    ),
)

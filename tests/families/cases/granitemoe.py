"""Granite MoE (IBM 2024)."""

from tests.families.family_cases import Case, FamilyCases

CASES = FamilyCases(
    usual=Case(
        "GraniteMoeForCausalLM",
        {
            "vocab_size": 1031,
            "hidden_size": 192,
            "intermediate_size": 320,
            "num_hidden_layers": 3,
            "num_attention_heads": 6,
        },
    ),
    unusual=Case(
        "GraniteMoeForCausalLM",
        {
            "vocab_size": 1031,
            "hidden_size": 192,
            "intermediate_size": 136,
            "num_hidden_layers": 2,
            "num_attention_heads": 6,
            "num_key_value_heads": 2,
            "initializer_range": 0.05,
            "num_local_experts": 5,
            "num_experts_per_tok": 3,
            "attention_bias": True,
            "embedding_multiplier": 12,
            "logits_scaling": 6.0,
            "residual_multiplier": 0.22,
            "attention_multiplier": 0.125,
            "tie_word_embeddings": True,
            "pad_token_id": 5,
            "dtype": "bfloat16",
        },
    ),
    two_layers=Case(
        "GraniteMoeModel",
        {
            "vocab_size": 1031,
            "hidden_size": 192,
            "intermediate_size": 96,
            "num_hidden_layers": 2,
            "num_attention_heads": 4,
            "num_key_value_heads": 1,
            "num_local_experts": 6,
        },
    ),
)

"""Phi-3.5-MoE (Abdin et al. 2024)."""

from tests.families.family_cases import Case, FamilyCases

CASES = FamilyCases(
    usual=Case(
        "PhimoeForCausalLM",
        {
            "vocab_size": 1031,
            "hidden_size": 192,
            "intermediate_size": 256,
            "num_hidden_layers": 3,
            "num_attention_heads": 8,
            "num_local_experts": 8,
        },
    ),
    unusual=Case(
        "PhimoeForCausalLM",
        {
            "vocab_size": 1031,
            "hidden_size": 192,
            "intermediate_size": 136,
            "num_hidden_layers": 2,
            "num_attention_heads": 6,
            "num_key_value_heads": 2,
            "initializer_range": 0.05,
            "num_local_experts": 5,
            "attention_bias": True,
            "lm_head_bias": True,
            "sliding_window": 16,
            "pad_token_id": 5,
            "dtype": "bfloat16",
        },
    ),
    two_layers=Case(
        "PhimoeForSequenceClassification",
        {
            "vocab_size": 1031,
            "hidden_size": 192,
            "intermediate_size": 96,
            "num_hidden_layers": 2,
            "num_attention_heads": 4,
            "num_key_value_heads": 1,
            "num_local_experts": 6,
            "num_labels": 3,
            "pad_token_id": 0,
        },
    ),
    more=(
        Case(
            "PhimoeModel",
            {
                "vocab_size": 1031,
                "hidden_size": 192,
                "intermediate_size": 96,
                "num_hidden_layers": 2,
                "num_attention_heads": 4,
                "num_key_value_heads": 2,
                "num_local_experts": 4,
            },
        ),
        Case(
            "PhimoeForCausalLM",
            {
                "vocab_size": 1031,
                "hidden_size": 192,
                "intermediate_size": 96,
                "num_hidden_layers": 2,
                "num_attention_heads": 4,
                "num_key_value_heads": 2,
                "num_local_experts": 4,
                "lm_head_bias": True,
                "tie_word_embeddings": True,
            },
        ),
    ),
)

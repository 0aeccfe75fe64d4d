"""Qwen3 (Yang et al. 2025)."""

from tests.families.family_cases import Case, FamilyCases

COMMON = {"vocab_size": 1031, "hidden_size": 192, "intermediate_size": 320, "num_attention_heads": 6}

CASES = FamilyCases(
    usual=Case("Qwen3ForCausalLM", {**COMMON, "num_hidden_layers": 4, "num_key_value_heads": 3}),
    unusual=Case(
        "Qwen3ForCausalLM",
        {
            **COMMON,
            "num_hidden_layers": 3,
            "intermediate_size": 200,
            "num_key_value_heads": 2,
            "initializer_range": 0.05,
            "dtype": "bfloat16",
            "pad_token_id": 5,
            "head_dim": 40,
            "tie_word_embeddings": True,
            "attention_bias": True,
            "use_sliding_window": True,
            "layer_types": ["sliding_attention", "full_attention", "sliding_attention"],
            "sliding_window": 8,
        },
    ),
    two_layers=Case(
        "Qwen3ForSequenceClassification",
        {
            **COMMON,
            "num_hidden_layers": 2,
            "num_attention_heads": 4,
            "num_key_value_heads": 2,
            "pad_token_id": 0,
            "head_dim": 48,
            "num_labels": 3,
        },
    ),
    more=(
        Case("Qwen3Model", {**COMMON, "num_hidden_layers": 2, "num_key_value_heads": 3}),
        Case(
            "Qwen3ForTokenClassification",
            {**COMMON, "num_hidden_layers": 2, "num_key_value_heads": 2, "num_labels": 24},
        ),
    ),
)

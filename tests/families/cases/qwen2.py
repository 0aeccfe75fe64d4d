"""Qwen2 (Yang et al. 2024)."""

from tests.families.family_cases import Case, FamilyCases

COMMON = {"vocab_size": 1031, "hidden_size": 192, "intermediate_size": 320, "num_attention_heads": 6}

CASES = FamilyCases(
    usual=Case("Qwen2ForCausalLM", {**COMMON, "num_hidden_layers": 4, "num_key_value_heads": 3}),
    unusual=Case(
        "Qwen2ForCausalLM",
        {
            **COMMON,
            "num_hidden_layers": 3,
            "intermediate_size": 200,
            "num_key_value_heads": None,
            "initializer_range": 0.05,
            "dtype": "bfloat16",
            "pad_token_id": 5,
            "head_dim": 40,
            "tie_word_embeddings": True,
            "use_sliding_window": True,
            "sliding_window": 8,
            "max_window_layers": 1,
        },
    ),
    two_layers=Case(
        "Qwen2ForSequenceClassification",
        {
            **COMMON,
            "num_hidden_layers": 2,
            "num_attention_heads": 4,
            "num_key_value_heads": 2,
            "pad_token_id": 0,
            "num_labels": 3,
        },
    ),
    more=(
        Case("Qwen2Model", {**COMMON, "num_hidden_layers": 2, "num_key_value_heads": 3}),
        Case(
            "Qwen2ForTokenClassification",
            {**COMMON, "num_hidden_layers": 2, "num_key_value_heads": 2, "num_labels": 24},
        ),
    ),
)

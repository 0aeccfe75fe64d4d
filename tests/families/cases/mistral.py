"""Mistral (Jiang et al. 2023)."""

from tests.families.family_cases import Case, FamilyCases

COMMON = {"vocab_size": 1031, "hidden_size": 192, "intermediate_size": 320, "num_attention_heads": 6}

CASES = FamilyCases(
    usual=Case("MistralForCausalLM", {**COMMON, "num_hidden_layers": 4, "num_key_value_heads": 2}),
    unusual=Case(
        "MistralForCausalLM",
        {
            **COMMON,
            "num_hidden_layers": 3,
            "intermediate_size": 200,
            "num_key_value_heads": 3,
            "initializer_range": 0.05,
            "dtype": "bfloat16",
            "pad_token_id": 5,
            "head_dim": 40,
            "tie_word_embeddings": True,
            "sliding_window": None,
        },
    ),
    two_layers=Case(
        "MistralForSequenceClassification",
        {
            **COMMON,
            "num_hidden_layers": 2,
            "num_attention_heads": 4,
            "num_key_value_heads": 2,
            "pad_token_id": 0,
            "sliding_window": 8,
            "num_labels": 3,
        },
    ),
    more=(
        Case("MistralModel", {**COMMON, "num_hidden_layers": 2, "num_key_value_heads": 3}),
        Case(
            "MistralForTokenClassification",
            {**COMMON, "num_hidden_layers": 2, "num_key_value_heads": 2, "num_labels": 24},
        ),
    ),
)

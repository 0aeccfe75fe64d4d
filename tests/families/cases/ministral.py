"""Ministral, which has Mistral's layers."""

from tests.families.family_cases import Case, FamilyCases

COMMON = {"vocab_size": 1031, "hidden_size": 192, "intermediate_size": 320, "num_attention_heads": 6}

CASES = FamilyCases(
    usual=Case(
        "MinistralForCausalLM", {**COMMON, "num_hidden_layers": 4, "num_key_value_heads": 2, "head_dim": 32}
    ),
    unusual=Case(
        "MinistralForCausalLM",
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
            "layer_types": ["full_attention", "sliding_attention", "full_attention"],
        },
    ),
    two_layers=Case(
        "MinistralForSequenceClassification",
        {
            **COMMON,
            "num_hidden_layers": 2,
            "num_attention_heads": 4,
            "num_key_value_heads": 2,
            "pad_token_id": 0,
            "sliding_window": 8,
            "head_dim": 48,
            "num_labels": 3,
        },
    ),
    more=(
        Case("MinistralModel", {**COMMON, "num_hidden_layers": 2, "num_key_value_heads": 3, "head_dim": 32}),
        Case(
            "MinistralForTokenClassification",
            {**COMMON, "num_hidden_layers": 2, "num_key_value_heads": 2, "num_labels": 24, "head_dim": 32},
        ),
    ),
)

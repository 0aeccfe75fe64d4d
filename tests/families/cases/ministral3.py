"""Ministral 3, which has Mistral's layers."""

from tests.families.family_cases import Case, FamilyCases

COMMON = {"vocab_size": 1031, "hidden_size": 192, "intermediate_size": 320, "num_attention_heads": 6}

CASES = FamilyCases(
    usual=Case(
        "Ministral3ForCausalLM",
        {**COMMON, "num_hidden_layers": 4, "pad_token_id": 11, "num_key_value_heads": 2},
    ),
    unusual=Case(
        "Ministral3ForCausalLM",
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
        },
    ),
    two_layers=Case(
        "Ministral3ForSequenceClassification",
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
        Case(
            "Ministral3Model",
            {**COMMON, "num_hidden_layers": 2, "num_key_value_heads": 3, "pad_token_id": 11},
        ),
        Case(
            "Ministral3ForTokenClassification",
            {
                **COMMON,
                "num_hidden_layers": 2,
                "num_key_value_heads": 2,
                "num_labels": 24,
                "pad_token_id": 11,
            },
        ),
    ),
)

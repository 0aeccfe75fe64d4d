"""Helium (Kyutai 2025)."""

from tests.families.family_cases import Case, FamilyCases

COMMON = {"vocab_size": 1031, "hidden_size": 192, "intermediate_size": 320, "num_attention_heads": 6}

CASES = FamilyCases(
    usual=Case(
        "HeliumForCausalLM",
        {**COMMON, "num_hidden_layers": 4, "pad_token_id": 3, "num_key_value_heads": 6, "head_dim": 32},
    ),
    unusual=Case(
        "HeliumForCausalLM",
        {
            **COMMON,
            "num_hidden_layers": 3,
            "intermediate_size": 200,
            "num_key_value_heads": 2,
            "initializer_range": 0.05,
            "dtype": "bfloat16",
            "pad_token_id": None,
            "tie_word_embeddings": True,
            "attention_bias": True,
            "mlp_bias": True,
            "head_dim": 32,
        },
    ),
    two_layers=Case(
        "HeliumForSequenceClassification",
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
            "HeliumModel",
            {**COMMON, "num_hidden_layers": 2, "num_key_value_heads": 3, "pad_token_id": 3, "head_dim": 32},
        ),
        Case(
            "HeliumForTokenClassification",
            {
                **COMMON,
                "num_hidden_layers": 2,
                "num_key_value_heads": 2,
                "num_labels": 24,
                "pad_token_id": 3,
                "head_dim": 32,
            },
        ),
    ),
)

"""SmolLM3 (Hugging Face 2025)."""

from tests.families.family_cases import Case, FamilyCases

COMMON = {"vocab_size": 1031, "hidden_size": 192, "intermediate_size": 320, "num_attention_heads": 6}

CASES = FamilyCases(
    usual=Case(
        "SmolLM3ForCausalLM",
        {**COMMON, "num_hidden_layers": 4, "pad_token_id": 1030, "num_key_value_heads": 3},
    ),
    unusual=Case(
        "SmolLM3ForCausalLM",
        {
            **COMMON,
            "num_hidden_layers": 3,
            "intermediate_size": 200,
            "num_key_value_heads": None,
            "initializer_range": 0.05,
            "dtype": "bfloat16",
            "pad_token_id": 5,
            "tie_word_embeddings": False,
            "attention_bias": True,
            "mlp_bias": True,
            "no_rope_layers": [0, 1, 1],
            "use_sliding_window": True,
            "sliding_window": 8,
            "head_dim": 40,
        },
    ),
    two_layers=Case(
        "SmolLM3ForSequenceClassification",
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
        Case(
            "SmolLM3Model", {**COMMON, "num_hidden_layers": 2, "num_key_value_heads": 3, "pad_token_id": 1030}
        ),
        Case(
            "SmolLM3ForTokenClassification",
            {
                **COMMON,
                "num_hidden_layers": 2,
                "num_key_value_heads": 2,
                "num_labels": 24,
                "pad_token_id": 1030,
            },
        ),
    ),
)

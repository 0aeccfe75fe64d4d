"""Nemotron (Parmar et al. 2024)."""

from tests.families.family_cases import Case, FamilyCases

COMMON = {"vocab_size": 1031, "hidden_size": 192, "intermediate_size": 320, "num_attention_heads": 6}

CASES = FamilyCases(
    usual=Case("NemotronForCausalLM", {**COMMON, "num_hidden_layers": 4, "num_key_value_heads": 6}),
    unusual=Case(
        "NemotronForCausalLM",
        {
            **COMMON,
            "num_hidden_layers": 3,
            "intermediate_size": 200,
            "num_key_value_heads": 2,
            "initializer_range": 0.05,
            "dtype": "bfloat16",
            "pad_token_id": 5,
            "tie_word_embeddings": True,
            "attention_bias": True,
            "mlp_bias": True,
            "head_dim": 40,
        },
    ),
    two_layers=Case(
        "NemotronForSequenceClassification",
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
        Case("NemotronModel", {**COMMON, "num_hidden_layers": 2, "num_key_value_heads": 3}),
        Case(
            "NemotronForTokenClassification",
            {**COMMON, "num_hidden_layers": 2, "num_key_value_heads": 2, "num_labels": 24},
        ),
    ),
)

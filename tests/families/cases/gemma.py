"""Gemma (Gemma team 2024)."""

from tests.families.family_cases import Case, FamilyCases

COMMON = {"vocab_size": 1031, "hidden_size": 192, "intermediate_size": 320, "num_attention_heads": 6}

CASES = FamilyCases(
    usual=Case(
        "GemmaForCausalLM", {**COMMON, "num_hidden_layers": 4, "num_key_value_heads": 6, "head_dim": 32}
    ),
    unusual=Case(
        "GemmaForCausalLM",
        {
            **COMMON,
            "num_hidden_layers": 3,
            "intermediate_size": 200,
            "num_key_value_heads": 2,
            "initializer_range": 0.05,
            "dtype": "bfloat16",
            "pad_token_id": 5,
            "head_dim": 40,
            "tie_word_embeddings": False,
            "attention_bias": True,
            "hidden_act": "gelu",
        },
    ),
    two_layers=Case(
        "GemmaForSequenceClassification",
        {
            **COMMON,
            "num_hidden_layers": 2,
            "num_attention_heads": 4,
            "num_key_value_heads": 2,
            "pad_token_id": 3,
            "head_dim": 48,
            "num_labels": 3,
        },
    ),
    more=(
        Case("GemmaModel", {**COMMON, "num_hidden_layers": 2, "num_key_value_heads": 3, "head_dim": 32}),
        Case(
            "GemmaForTokenClassification",
            {**COMMON, "num_hidden_layers": 2, "num_key_value_heads": 2, "num_labels": 24, "head_dim": 32},
        ),
    ),
)

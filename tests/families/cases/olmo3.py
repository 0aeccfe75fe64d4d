"""Olmo 3, which has the layers of OLMo 2."""

from tests.families.family_cases import Case, FamilyCases

COMMON = {"vocab_size": 1031, "hidden_size": 192, "intermediate_size": 320, "num_attention_heads": 6}

CASES = FamilyCases(
    usual=Case("Olmo3ForCausalLM", {**COMMON, "num_hidden_layers": 4, "pad_token_id": 1}),
    unusual=Case(
        "Olmo3ForCausalLM",
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
            "head_dim": 40,
            "sliding_window": 8,
            "layer_types": ["full_attention", "sliding_attention", "sliding_attention"],
        },
    ),
    two_layers=Case(
        "Olmo3ForSequenceClassification",
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
        Case("Olmo3Model", {**COMMON, "num_hidden_layers": 2, "num_key_value_heads": 3, "pad_token_id": 1}),
    ),
)

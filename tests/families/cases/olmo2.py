"""OLMo 2 (Walsh et al. 2025)."""

from tests.families.family_cases import Case, FamilyCases

COMMON = {"vocab_size": 1031, "hidden_size": 192, "intermediate_size": 320, "num_attention_heads": 6}

CASES = FamilyCases(
    usual=Case("Olmo2ForCausalLM", {**COMMON, "num_hidden_layers": 4, "pad_token_id": 1}),
    unusual=Case(
        "Olmo2ForCausalLM",
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
            "head_dim": 40,
        },
    ),
    two_layers=Case(
        "Olmo2ForSequenceClassification",
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
        Case("Olmo2Model", {**COMMON, "num_hidden_layers": 2, "num_key_value_heads": 3, "pad_token_id": 1}),
    ),
)

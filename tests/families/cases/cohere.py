"""Command R (Cohere 2024)."""

from tests.families.family_cases import Case, FamilyCases

COMMON = {"vocab_size": 1031, "hidden_size": 192, "intermediate_size": 320, "num_attention_heads": 6}

CASES = FamilyCases(
    usual=Case("CohereForCausalLM", {**COMMON, "num_hidden_layers": 4, "pad_token_id": 0}),
    unusual=Case(
        "CohereForCausalLM",
        {
            **COMMON,
            "num_hidden_layers": 3,
            "intermediate_size": 200,
            "num_key_value_heads": 2,
            "initializer_range": 0.05,
            "dtype": "bfloat16",
            "pad_token_id": 5,
            "tie_word_embeddings": False,
            "attention_bias": True,
            "use_qk_norm": True,
            "logit_scale": 0.5,
            "head_dim": 40,
        },
    ),
    two_layers=Case(
        "CohereForCausalLM",
        {
            **COMMON,
            "num_hidden_layers": 2,
            "num_attention_heads": 4,
            "num_key_value_heads": 2,
            "pad_token_id": 0,
        },
    ),
    more=(
        Case("CohereModel", {**COMMON, "num_hidden_layers": 2, "num_key_value_heads": 3, "pad_token_id": 0}),
    ),
)

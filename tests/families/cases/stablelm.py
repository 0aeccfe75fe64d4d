"""StableLM (Bellagente et al. 2024)."""

from tests.families.family_cases import Case, FamilyCases

COMMON = {"vocab_size": 1031, "hidden_size": 192, "intermediate_size": 320, "num_attention_heads": 6}

CASES = FamilyCases(
    usual=Case("StableLmForCausalLM", {**COMMON, "num_hidden_layers": 4, "num_key_value_heads": 6}),
    unusual=Case(
        "StableLmForCausalLM",
        {
            **COMMON,
            "num_hidden_layers": 3,
            "intermediate_size": 200,
            "num_key_value_heads": 2,
            "initializer_range": 0.05,
            "dtype": "bfloat16",
            "pad_token_id": 5,
            "tie_word_embeddings": True,
            "use_qkv_bias": True,
            "qk_layernorm": True,
            "use_parallel_residual": True,
            "partial_rotary_factor": 0.5,
        },
    ),
    two_layers=Case(
        "StableLmForSequenceClassification",
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
        Case("StableLmModel", {**COMMON, "num_hidden_layers": 2, "num_key_value_heads": 3}),
        Case(
            "StableLmForTokenClassification",
            {**COMMON, "num_hidden_layers": 2, "num_key_value_heads": 2, "num_labels": 24},
        ),
    ),
)

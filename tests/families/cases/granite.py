"""Granite 3 (IBM 2024)."""

from tests.families.family_cases import Case, FamilyCases

COMMON = {"vocab_size": 1031, "hidden_size": 192, "intermediate_size": 320, "num_attention_heads": 6}

CASES = FamilyCases(
    usual=Case("GraniteForCausalLM", {**COMMON, "num_hidden_layers": 4}),
    unusual=Case(
        "GraniteForCausalLM",
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
            "embedding_multiplier": 12.0,
            "logits_scaling": 8.0,
            "residual_multiplier": 0.22,
            "attention_multiplier": 0.0156,
            "head_dim": 40,
        },
    ),
    two_layers=Case(
        "GraniteForCausalLM",
        {
            **COMMON,
            "num_hidden_layers": 2,
            "num_attention_heads": 4,
            "num_key_value_heads": 2,
            "pad_token_id": 0,
        },
    ),
    more=(Case("GraniteModel", {**COMMON, "num_hidden_layers": 2, "num_key_value_heads": 3}),),
)

"""BitNet (Ma et al. 2025)."""

from tests.families.family_cases import Case, FamilyCases

COMMON = {"vocab_size": 1031, "hidden_size": 192, "intermediate_size": 320, "num_attention_heads": 6}

CASES = FamilyCases(
    usual=Case("BitNetForCausalLM", {**COMMON, "num_hidden_layers": 4, "num_key_value_heads": 3}),
    unusual=Case(
        "BitNetForCausalLM",
        {
            **COMMON,
            "num_hidden_layers": 3,
            "intermediate_size": 200,
            "num_key_value_heads": None,
            "initializer_range": 0.05,
            "dtype": "bfloat16",
            "pad_token_id": 5,
            "tie_word_embeddings": True,
            "attention_bias": True,
        },
    ),
    two_layers=Case(
        "BitNetForCausalLM",
        {
            **COMMON,
            "num_hidden_layers": 2,
            "num_attention_heads": 4,
            "num_key_value_heads": 2,
            "pad_token_id": 0,
        },
    ),
    more=(Case("BitNetModel", {**COMMON, "num_hidden_layers": 2, "num_key_value_heads": 3}),),
)

"""InternLM3 (Shanghai AI Laboratory 2025)."""

from tests.families.family_cases import Case, FamilyCases

COMMON = {"vocab_size": 1031, "hidden_size": 192, "intermediate_size": 320, "num_attention_heads": 6}

CASES = FamilyCases(
    usual=Case(
        "LlamaForCausalLM",
        {**COMMON, "num_hidden_layers": 4, "pad_token_id": 2, "num_key_value_heads": 3, "head_dim": 32},
    ),
    unusual=Case(
        "LlamaForCausalLM",
        {
            **COMMON,
            "num_hidden_layers": 3,
            "intermediate_size": 200,
            "num_key_value_heads": 2,
            "initializer_range": 0.05,
            "dtype": "bfloat16",
            "pad_token_id": 5,
            "tie_word_embeddings": True,
            "head_dim": 40,
            "attention_bias": True,
            "mlp_bias": True,
        },
    ),
    two_layers=Case(
        "LlamaForCausalLM",
        {
            **COMMON,
            "num_hidden_layers": 2,
            "num_attention_heads": 4,
            "num_key_value_heads": 2,
            "pad_token_id": 0,
            "head_dim": 48,
        },
    ),
    more=(
        Case(
            "LlamaModel",
            {**COMMON, "num_hidden_layers": 2, "num_key_value_heads": 3, "pad_token_id": 2, "head_dim": 32},
        ),
    ),
)

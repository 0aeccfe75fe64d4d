"""VaultGemma (Sinha et al. 2025)."""

from tests.families.family_cases import Case, FamilyCases

COMMON = {"vocab_size": 1031, "hidden_size": 192, "intermediate_size": 320, "num_attention_heads": 6}

CASES = FamilyCases(
    usual=Case(
        "VaultGemmaForCausalLM",
        {**COMMON, "num_hidden_layers": 4, "pad_token_id": 0, "num_key_value_heads": 3, "head_dim": 32},
    ),
    unusual=Case(
        "VaultGemmaForCausalLM",
        {
            **COMMON,
            "num_hidden_layers": 3,
            "intermediate_size": 200,
            "num_key_value_heads": 2,
            "initializer_range": 0.05,
            "dtype": "bfloat16",
            "pad_token_id": None,
            "head_dim": 40,
            "tie_word_embeddings": False,
            "attention_bias": True,
            "final_logit_softcapping": None,
            "attn_logit_softcapping": None,
            "query_pre_attn_scalar": 64,
            "layer_types": ["full_attention", "sliding_attention", "full_attention"],
            "sliding_window": 8,
        },
    ),
    two_layers=Case(
        "VaultGemmaForCausalLM",
        {
            **COMMON,
            "num_hidden_layers": 2,
            "num_attention_heads": 4,
            "num_key_value_heads": 2,
            "pad_token_id": 3,
            "head_dim": 48,
        },
    ),
    more=(
        Case(
            "VaultGemmaModel",
            {**COMMON, "num_hidden_layers": 2, "num_key_value_heads": 3, "pad_token_id": 0, "head_dim": 32},
        ),
    ),
)

"""VaultGemma (Sinha et al. 2025)."""

from tests.families.decoder_sizes import TWO_LAYERS, UNUSUAL, USUAL
from tests.families.family_cases import Case, FamilyCases

CASES = FamilyCases(
    usual=Case(
        "VaultGemmaForCausalLM",
        {**USUAL, "pad_token_id": 0, "num_key_value_heads": 3, "head_dim": 32},
    ),
    unusual=Case(
        "VaultGemmaForCausalLM",
        {
            **UNUSUAL,
            "num_key_value_heads": 2,
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
        {**TWO_LAYERS, "pad_token_id": 3, "head_dim": 48},
    ),
    more=(
        Case(
            "VaultGemmaModel",
            {**USUAL, "num_hidden_layers": 2, "num_key_value_heads": 3, "pad_token_id": 0, "head_dim": 32},
        ),
    ),
)

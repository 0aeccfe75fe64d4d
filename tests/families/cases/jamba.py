"""Jamba (Lieber et al. 2024)."""

from tests.families.decoder_sizes import TWO_LAYERS, UNUSUAL, USUAL
from tests.families.family_cases import Case, FamilyCases

CASES = FamilyCases(
    usual=Case(
        "JambaForCausalLM",
        {
            **USUAL,
            "num_key_value_heads": 3,
            "num_experts": 4,
            "attn_layer_period": 4,
            "attn_layer_offset": 2,
        },
    ),
    unusual=Case(
        "JambaForCausalLM",
        {
            **UNUSUAL,
            "num_key_value_heads": 2,
            "head_dim": 40,
            "hidden_act": "gelu",
            "num_experts": 3,
            "num_experts_per_tok": 1,
            "expert_layer_period": 3,
            "expert_layer_offset": 2,
            "attn_layer_period": 2,
            "attn_layer_offset": 1,
            "mamba_d_state": 5,
            "mamba_d_conv": 3,
            "mamba_expand": 3,
            "mamba_dt_rank": 7,
            "mamba_conv_bias": False,
            "mamba_proj_bias": True,
            "tie_word_embeddings": True,
            "pad_token_id": 5,
        },
    ),
    two_layers=Case(
        "JambaForSequenceClassification",
        {**TWO_LAYERS, "num_experts": 1, "attn_layer_period": 2, "attn_layer_offset": 0, "num_labels": 3},
    ),
    more=(
        Case("JambaModel", {**TWO_LAYERS, "num_experts": 2, "attn_layer_period": 2, "attn_layer_offset": 1}),
    ),
)

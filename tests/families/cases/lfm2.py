"""LFM2 (Liquid AI 2025)."""

from tests.families.decoder_sizes import TWO_LAYERS, UNUSUAL, USUAL
from tests.families.family_cases import Case, FamilyCases

CASES = FamilyCases(
    usual=Case("Lfm2ForCausalLM", {**USUAL, "num_key_value_heads": 3, "full_attn_idxs": [2]}),
    unusual=Case(
        "Lfm2ForCausalLM",
        {
            **UNUSUAL,
            "num_key_value_heads": 2,
            "layer_types": ["full_attention", "conv", "conv"],
            "conv_bias": True,
            "conv_L_cache": 5,
            "block_multiple_of": 10,
            "block_ffn_dim_multiplier": 1.7,
            "head_dim": 40,
            "pad_token_id": 5,
            "norm_eps": 1e-6,
            "tie_word_embeddings": False,
        },
    ),
    two_layers=Case("Lfm2Model", {**TWO_LAYERS, "full_attn_idxs": [0], "block_auto_adjust_ff_dim": False}),
    more=(Case("Lfm2Model", {**TWO_LAYERS, "pad_token_id": None}),),
)

"""Bamba (IBM et al. 2024)."""

from tests.families.decoder_sizes import TWO_LAYERS, UNUSUAL, USUAL
from tests.families.family_cases import Case, FamilyCases

CASES = FamilyCases(
    usual=Case(
        "BambaForCausalLM",
        {
            **USUAL,
            "num_key_value_heads": 3,
            "attn_layer_indices": [2],
            "mamba_n_heads": 12,
            "mamba_d_state": 32,
            "mamba_chunk_size": 16,
        },
    ),
    unusual=Case(
        "BambaForCausalLM",
        {
            **UNUSUAL,
            "num_key_value_heads": 2,
            "head_dim": 40,
            "hidden_act": "gelu",
            "attn_layer_indices": [0],
            "mamba_n_heads": 24,
            "mamba_d_head": 24,
            "mamba_n_groups": 2,
            "mamba_d_state": 20,
            "mamba_d_conv": 3,
            "mamba_expand": 3,
            "mamba_chunk_size": 16,
            "mamba_conv_bias": False,
            "mamba_proj_bias": True,
            "attention_bias": True,
            "mlp_bias": True,
            "tie_word_embeddings": True,
            "pad_token_id": 5,
        },
    ),
    two_layers=Case(
        "BambaModel",
        {
            **TWO_LAYERS,
            "attn_layer_indices": [1],
            "mamba_n_heads": 8,
            "mamba_d_state": 16,
            "pad_token_id": None,
        },
    ),
)

"""Granite 3 (IBM 2024)."""

from tests.families.decoder_sizes import TWO_LAYERS, UNUSUAL, USUAL
from tests.families.family_cases import Case, FamilyCases

CASES = FamilyCases(
    usual=Case("GraniteForCausalLM", USUAL),
    unusual=Case(
        "GraniteForCausalLM",
        {
            **UNUSUAL,
            "num_key_value_heads": 2,
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
        {**TWO_LAYERS, "pad_token_id": 0},
    ),
    more=(Case("GraniteModel", {**USUAL, "num_hidden_layers": 2, "num_key_value_heads": 3}),),
)

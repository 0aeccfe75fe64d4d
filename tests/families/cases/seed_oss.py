"""Seed-OSS (ByteDance 2025)."""

from tests.families.decoder_sizes import TWO_LAYERS, UNUSUAL, USUAL
from tests.families.family_cases import Case, FamilyCases

CASES = FamilyCases(
    usual=Case(
        "SeedOssForCausalLM",
        {**USUAL, "pad_token_id": 1, "num_key_value_heads": 3, "head_dim": 32},
    ),
    unusual=Case(
        "SeedOssForCausalLM",
        {
            **UNUSUAL,
            "num_key_value_heads": None,
            "pad_token_id": 5,
            "tie_word_embeddings": True,
            "attention_bias": False,
            "attention_out_bias": True,
            "mlp_bias": True,
            "head_dim": 40,
        },
    ),
    two_layers=Case(
        "SeedOssForSequenceClassification",
        {**TWO_LAYERS, "pad_token_id": 0, "head_dim": 48, "attention_out_bias": True, "num_labels": 3},
    ),
    more=(
        Case(
            "SeedOssModel",
            {**USUAL, "num_hidden_layers": 2, "num_key_value_heads": 3, "pad_token_id": 1, "head_dim": 32},
        ),
        Case(
            "SeedOssForTokenClassification",
            {**TWO_LAYERS, "num_attention_heads": 6, "num_labels": 24, "pad_token_id": 1, "head_dim": 32},
        ),
    ),
)

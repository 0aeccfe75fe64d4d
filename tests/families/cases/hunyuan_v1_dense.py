"""Hunyuan (Tencent 2025)."""

from tests.families.decoder_sizes import TWO_LAYERS, UNUSUAL, USUAL
from tests.families.family_cases import Case, FamilyCases

CASES = FamilyCases(
    usual=Case("HunYuanDenseV1ForCausalLM", {**USUAL, "pad_token_id": 0, "head_dim": 32}),
    unusual=Case(
        "HunYuanDenseV1ForCausalLM",
        {
            **UNUSUAL,
            "num_key_value_heads": 2,
            "pad_token_id": None,
            "tie_word_embeddings": True,
            "attention_bias": True,
            "head_dim": 40,
        },
    ),
    two_layers=Case(
        "HunYuanDenseV1ForSequenceClassification",
        {**TWO_LAYERS, "pad_token_id": 0, "head_dim": 48, "num_labels": 3},
    ),
    more=(
        Case(
            "HunYuanDenseV1Model",
            {**USUAL, "num_hidden_layers": 2, "num_key_value_heads": 3, "pad_token_id": 0, "head_dim": 32},
        ),
    ),
)

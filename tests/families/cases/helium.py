"""Helium (Kyutai 2025)."""

from tests.families.decoder_sizes import TWO_LAYERS, UNUSUAL, USUAL
from tests.families.family_cases import Case, FamilyCases

CASES = FamilyCases(
    usual=Case(
        "HeliumForCausalLM",
        {**USUAL, "pad_token_id": 3, "num_key_value_heads": 6, "head_dim": 32},
    ),
    unusual=Case(
        "HeliumForCausalLM",
        {
            **UNUSUAL,
            "num_key_value_heads": 2,
            "pad_token_id": None,
            "tie_word_embeddings": True,
            "attention_bias": True,
            "mlp_bias": True,
            "head_dim": 32,
        },
    ),
    two_layers=Case(
        "HeliumForSequenceClassification",
        {**TWO_LAYERS, "pad_token_id": 0, "head_dim": 48, "num_labels": 3},
    ),
    more=(
        Case(
            "HeliumModel",
            {**USUAL, "num_hidden_layers": 2, "num_key_value_heads": 3, "pad_token_id": 3, "head_dim": 32},
        ),
        Case(
            "HeliumForTokenClassification",
            {**TWO_LAYERS, "num_attention_heads": 6, "num_labels": 24, "pad_token_id": 3, "head_dim": 32},
        ),
    ),
)

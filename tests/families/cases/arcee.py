"""Arcee (Arcee 2025)."""

from tests.families.decoder_sizes import TWO_LAYERS, UNUSUAL, USUAL
from tests.families.family_cases import Case, FamilyCases

CASES = FamilyCases(
    usual=Case("ArceeForCausalLM", USUAL),
    unusual=Case(
        "ArceeForCausalLM",
        {
            **UNUSUAL,
            "num_key_value_heads": 2,
            "pad_token_id": 5,
            "tie_word_embeddings": True,
            "attention_bias": True,
            "mlp_bias": True,
            "head_dim": 40,
        },
    ),
    two_layers=Case(
        "ArceeForSequenceClassification",
        {**TWO_LAYERS, "pad_token_id": 0, "num_labels": 3},
    ),
    more=(
        Case("ArceeModel", {**USUAL, "num_hidden_layers": 2, "num_key_value_heads": 3}),
        Case(
            "ArceeForTokenClassification",
            {**TWO_LAYERS, "num_attention_heads": 6, "num_labels": 24},
        ),
    ),
)

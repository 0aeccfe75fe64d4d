"""GLM-4 (GLM team 2024)."""

from tests.families.decoder_sizes import TWO_LAYERS, UNUSUAL, USUAL
from tests.families.family_cases import Case, FamilyCases

CASES = FamilyCases(
    usual=Case("GlmForCausalLM", {**USUAL, "pad_token_id": 1030, "head_dim": 32}),
    unusual=Case(
        "GlmForCausalLM",
        {
            **UNUSUAL,
            "num_key_value_heads": 2,
            "pad_token_id": None,
            "head_dim": 40,
            "tie_word_embeddings": True,
            "attention_bias": False,
        },
    ),
    two_layers=Case(
        "GlmForSequenceClassification",
        {**TWO_LAYERS, "pad_token_id": 0, "head_dim": 48, "num_labels": 3},
    ),
    more=(
        Case(
            "GlmModel",
            {**USUAL, "num_hidden_layers": 2, "num_key_value_heads": 3, "pad_token_id": 1030, "head_dim": 32},
        ),
        Case(
            "GlmForTokenClassification",
            {**TWO_LAYERS, "num_attention_heads": 6, "num_labels": 24, "pad_token_id": 1030, "head_dim": 32},
        ),
    ),
)

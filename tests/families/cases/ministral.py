"""Ministral, which has Mistral's layers."""

from tests.families.decoder_sizes import TWO_LAYERS, UNUSUAL, USUAL
from tests.families.family_cases import Case, FamilyCases

CASES = FamilyCases(
    usual=Case("MinistralForCausalLM", {**USUAL, "num_key_value_heads": 2, "head_dim": 32}),
    unusual=Case(
        "MinistralForCausalLM",
        {
            **UNUSUAL,
            "num_key_value_heads": 2,
            "pad_token_id": 5,
            "head_dim": 40,
            "tie_word_embeddings": True,
            "layer_types": ["full_attention", "sliding_attention", "full_attention"],
        },
    ),
    two_layers=Case(
        "MinistralForSequenceClassification",
        {**TWO_LAYERS, "pad_token_id": 0, "sliding_window": 8, "head_dim": 48, "num_labels": 3},
    ),
    more=(
        Case("MinistralModel", {**USUAL, "num_hidden_layers": 2, "num_key_value_heads": 3, "head_dim": 32}),
        Case(
            "MinistralForTokenClassification",
            {**TWO_LAYERS, "num_attention_heads": 6, "num_labels": 24, "head_dim": 32},
        ),
    ),
)

"""Gemma (Gemma team 2024)."""

from tests.families.decoder_sizes import TWO_LAYERS, UNUSUAL, USUAL
from tests.families.family_cases import Case, FamilyCases

CASES = FamilyCases(
    usual=Case("GemmaForCausalLM", {**USUAL, "num_key_value_heads": 6, "head_dim": 32}),
    unusual=Case(
        "GemmaForCausalLM",
        {
            **UNUSUAL,
            "num_key_value_heads": 2,
            "pad_token_id": 5,
            "head_dim": 40,
            "tie_word_embeddings": False,
            "attention_bias": True,
            "hidden_act": "gelu",
        },
    ),
    two_layers=Case(
        "GemmaForSequenceClassification",
        {**TWO_LAYERS, "pad_token_id": 3, "head_dim": 48, "num_labels": 3},
    ),
    more=(
        Case("GemmaModel", {**USUAL, "num_hidden_layers": 2, "num_key_value_heads": 3, "head_dim": 32}),
        Case(
            "GemmaForTokenClassification",
            {**TWO_LAYERS, "num_attention_heads": 6, "num_labels": 24, "head_dim": 32},
        ),
    ),
)

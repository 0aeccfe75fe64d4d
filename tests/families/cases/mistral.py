"""Mistral (Jiang et al. 2023)."""

from tests.families.decoder_sizes import TWO_LAYERS, UNUSUAL, USUAL
from tests.families.family_cases import Case, FamilyCases

CASES = FamilyCases(
    usual=Case("MistralForCausalLM", {**USUAL, "num_key_value_heads": 2}),
    unusual=Case(
        "MistralForCausalLM",
        {
            **UNUSUAL,
            "num_key_value_heads": 3,
            "pad_token_id": 5,
            "head_dim": 40,
            "tie_word_embeddings": True,
            "sliding_window": None,
        },
    ),
    two_layers=Case(
        "MistralForSequenceClassification",
        {**TWO_LAYERS, "pad_token_id": 0, "sliding_window": 8, "num_labels": 3},
    ),
    more=(
        Case("MistralModel", {**USUAL, "num_hidden_layers": 2, "num_key_value_heads": 3}),
        Case(
            "MistralForTokenClassification",
            {**TWO_LAYERS, "num_attention_heads": 6, "num_labels": 24},
        ),
    ),
)

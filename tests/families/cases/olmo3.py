"""Olmo 3, which has the layers of OLMo 2."""

from tests.families.decoder_sizes import TWO_LAYERS, UNUSUAL, USUAL
from tests.families.family_cases import Case, FamilyCases

CASES = FamilyCases(
    usual=Case("Olmo3ForCausalLM", {**USUAL, "pad_token_id": 1}),
    unusual=Case(
        "Olmo3ForCausalLM",
        {
            **UNUSUAL,
            "num_key_value_heads": 2,
            "pad_token_id": 5,
            "tie_word_embeddings": True,
            "attention_bias": True,
            "head_dim": 40,
            "sliding_window": 8,
            "layer_types": ["full_attention", "sliding_attention", "sliding_attention"],
        },
    ),
    two_layers=Case(
        "Olmo3ForSequenceClassification",
        {**TWO_LAYERS, "pad_token_id": 0, "num_labels": 3},
    ),
    more=(
        Case("Olmo3Model", {**USUAL, "num_hidden_layers": 2, "num_key_value_heads": 3, "pad_token_id": 1}),
    ),
)

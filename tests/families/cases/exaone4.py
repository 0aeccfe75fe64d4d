"""EXAONE 4.0 (LG AI Research 2025)."""

from tests.families.decoder_sizes import TWO_LAYERS, UNUSUAL, USUAL
from tests.families.family_cases import Case, FamilyCases

CASES = FamilyCases(
    usual=Case("Exaone4ForCausalLM", {**USUAL, "num_key_value_heads": 6}),
    unusual=Case(
        "Exaone4ForCausalLM",
        {
            **UNUSUAL,
            "num_key_value_heads": 2,
            "pad_token_id": 5,
            "tie_word_embeddings": True,
            "head_dim": 40,
            "sliding_window": 8,
            "layer_types": ["full_attention", "sliding_attention", "full_attention"],
        },
    ),
    two_layers=Case(
        "Exaone4ForSequenceClassification",
        {**TWO_LAYERS, "pad_token_id": 0, "num_labels": 3},
    ),
    more=(
        Case("Exaone4Model", {**USUAL, "num_hidden_layers": 2, "num_key_value_heads": 3}),
        Case(
            "Exaone4ForTokenClassification",
            {**TWO_LAYERS, "num_attention_heads": 6, "num_labels": 24},
        ),
    ),
)

"""Qwen3 (Yang et al. 2025)."""

from tests.families.decoder_sizes import TWO_LAYERS, UNUSUAL, USUAL
from tests.families.family_cases import Case, FamilyCases

CASES = FamilyCases(
    usual=Case("Qwen3ForCausalLM", {**USUAL, "num_key_value_heads": 3}),
    unusual=Case(
        "Qwen3ForCausalLM",
        {
            **UNUSUAL,
            "num_key_value_heads": 2,
            "pad_token_id": 5,
            "head_dim": 40,
            "tie_word_embeddings": True,
            "attention_bias": True,
            "use_sliding_window": True,
            "layer_types": ["sliding_attention", "full_attention", "sliding_attention"],
            "sliding_window": 8,
        },
    ),
    two_layers=Case(
        "Qwen3ForSequenceClassification",
        {**TWO_LAYERS, "pad_token_id": 0, "head_dim": 48, "num_labels": 3},
    ),
    more=(
        Case("Qwen3Model", {**USUAL, "num_hidden_layers": 2, "num_key_value_heads": 3}),
        Case(
            "Qwen3ForTokenClassification",
            {**TWO_LAYERS, "num_attention_heads": 6, "num_labels": 24},
        ),
    ),
)

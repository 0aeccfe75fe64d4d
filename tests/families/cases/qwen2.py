"""Qwen2 (Yang et al. 2024)."""

from tests.families.decoder_sizes import TWO_LAYERS, UNUSUAL, USUAL
from tests.families.family_cases import Case, FamilyCases

CASES = FamilyCases(
    usual=Case("Qwen2ForCausalLM", {**USUAL, "num_key_value_heads": 3}),
    unusual=Case(
        "Qwen2ForCausalLM",
        {
            **UNUSUAL,
            "num_key_value_heads": None,
            "pad_token_id": 5,
            "head_dim": 40,
            "tie_word_embeddings": True,
            "use_sliding_window": True,
            "sliding_window": 8,
            "max_window_layers": 1,
        },
    ),
    two_layers=Case(
        "Qwen2ForSequenceClassification",
        {**TWO_LAYERS, "pad_token_id": 0, "num_labels": 3},
    ),
    more=(
        Case("Qwen2Model", {**USUAL, "num_hidden_layers": 2, "num_key_value_heads": 3}),
        Case(
            "Qwen2ForTokenClassification",
            {**TWO_LAYERS, "num_attention_heads": 6, "num_labels": 24},
        ),
    ),
)

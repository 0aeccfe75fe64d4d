"""OLMo 2 (Walsh et al. 2025)."""

from tests.families.decoder_sizes import TWO_LAYERS, UNUSUAL, USUAL
from tests.families.family_cases import Case, FamilyCases

CASES = FamilyCases(
    usual=Case("Olmo2ForCausalLM", {**USUAL, "pad_token_id": 1}),
    unusual=Case(
        "Olmo2ForCausalLM",
        {
            **UNUSUAL,
            "num_key_value_heads": 2,
            "pad_token_id": None,
            "tie_word_embeddings": True,
            "attention_bias": True,
            "head_dim": 40,
        },
    ),
    two_layers=Case(
        "Olmo2ForSequenceClassification",
        {**TWO_LAYERS, "pad_token_id": 0, "num_labels": 3},
    ),
    more=(
        Case("Olmo2Model", {**USUAL, "num_hidden_layers": 2, "num_key_value_heads": 3, "pad_token_id": 1}),
    ),
)

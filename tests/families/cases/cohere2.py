"""Command R7B, which has Command R's layers."""

from tests.families.decoder_sizes import TWO_LAYERS, UNUSUAL, USUAL
from tests.families.family_cases import Case, FamilyCases

CASES = FamilyCases(
    usual=Case("Cohere2ForCausalLM", {**USUAL, "pad_token_id": 0}),
    unusual=Case(
        "Cohere2ForCausalLM",
        {
            **UNUSUAL,
            "num_key_value_heads": 2,
            "pad_token_id": None,
            "tie_word_embeddings": False,
            "attention_bias": True,
            "logit_scale": 0.5,
            "sliding_window": 8,
            "layer_types": ["full_attention", "sliding_attention", "full_attention"],
        },
    ),
    two_layers=Case(
        "Cohere2ForCausalLM",
        {**TWO_LAYERS, "pad_token_id": 0, "sliding_window_pattern": 2},
    ),
    more=(
        Case("Cohere2Model", {**USUAL, "num_hidden_layers": 2, "num_key_value_heads": 3, "pad_token_id": 0}),
    ),
)

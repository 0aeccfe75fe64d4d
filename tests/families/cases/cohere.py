"""Command R (Cohere 2024)."""

from tests.families.decoder_sizes import TWO_LAYERS, UNUSUAL, USUAL
from tests.families.family_cases import Case, FamilyCases

CASES = FamilyCases(
    usual=Case("CohereForCausalLM", {**USUAL, "pad_token_id": 0}),
    unusual=Case(
        "CohereForCausalLM",
        {
            **UNUSUAL,
            "num_key_value_heads": 2,
            "pad_token_id": 5,
            "tie_word_embeddings": False,
            "attention_bias": True,
            "use_qk_norm": True,
            "logit_scale": 0.5,
            "head_dim": 40,
        },
    ),
    two_layers=Case(
        "CohereForCausalLM",
        {**TWO_LAYERS, "pad_token_id": 0},
    ),
    more=(
        Case("CohereModel", {**USUAL, "num_hidden_layers": 2, "num_key_value_heads": 3, "pad_token_id": 0}),
    ),
)

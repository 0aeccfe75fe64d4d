"""ERNIE 4.5 (Baidu 2025)."""

from tests.families.decoder_sizes import TWO_LAYERS, UNUSUAL, USUAL
from tests.families.family_cases import Case, FamilyCases

CASES = FamilyCases(
    usual=Case(
        "Ernie4_5ForCausalLM",
        {**USUAL, "pad_token_id": 0, "num_key_value_heads": 3, "head_dim": 32},
    ),
    unusual=Case(
        "Ernie4_5ForCausalLM",
        {
            **UNUSUAL,
            "num_key_value_heads": None,
            "pad_token_id": 5,
            "tie_word_embeddings": False,
            "use_bias": True,
            "head_dim": 40,
        },
    ),
    two_layers=Case(
        "Ernie4_5ForCausalLM",
        {**TWO_LAYERS, "pad_token_id": 0, "head_dim": 48},
    ),
    more=(
        Case(
            "Ernie4_5Model",
            {**USUAL, "num_hidden_layers": 2, "num_key_value_heads": 3, "pad_token_id": 0, "head_dim": 32},
        ),
    ),
)

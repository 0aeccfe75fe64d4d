"""BitNet (Ma et al. 2025)."""

from tests.families.decoder_sizes import TWO_LAYERS, UNUSUAL, USUAL
from tests.families.family_cases import Case, FamilyCases

CASES = FamilyCases(
    usual=Case("BitNetForCausalLM", {**USUAL, "num_key_value_heads": 3}),
    unusual=Case(
        "BitNetForCausalLM",
        {
            **UNUSUAL,
            "num_key_value_heads": None,
            "pad_token_id": 5,
            "tie_word_embeddings": True,
            "attention_bias": True,
        },
    ),
    two_layers=Case(
        "BitNetForCausalLM",
        {**TWO_LAYERS, "pad_token_id": 0},
    ),
    more=(Case("BitNetModel", {**USUAL, "num_hidden_layers": 2, "num_key_value_heads": 3}),),
)

"""InternLM3 (Shanghai AI Laboratory 2025)."""

from tests.families.decoder_sizes import TWO_LAYERS, UNUSUAL, USUAL
from tests.families.family_cases import Case, FamilyCases

CASES = FamilyCases(
    usual=Case(
        "LlamaForCausalLM",
        {**USUAL, "pad_token_id": 2, "num_key_value_heads": 3, "head_dim": 32},
    ),
    unusual=Case(
        "LlamaForCausalLM",
        {
            **UNUSUAL,
            "num_key_value_heads": 2,
            "pad_token_id": 5,
            "tie_word_embeddings": True,
            "head_dim": 40,
            "attention_bias": True,
            "mlp_bias": True,
        },
    ),
    two_layers=Case(
        "LlamaForCausalLM",
        {**TWO_LAYERS, "pad_token_id": 0, "head_dim": 48},
    ),
    more=(
        Case(
            "LlamaModel",
            {**USUAL, "num_hidden_layers": 2, "num_key_value_heads": 3, "pad_token_id": 2, "head_dim": 32},
        ),
    ),
)

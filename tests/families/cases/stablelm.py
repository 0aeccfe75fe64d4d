"""StableLM (Bellagente et al. 2024)."""

from tests.families.decoder_sizes import TWO_LAYERS, UNUSUAL, USUAL
from tests.families.family_cases import Case, FamilyCases

CASES = FamilyCases(
    usual=Case("StableLmForCausalLM", {**USUAL, "num_key_value_heads": 6}),
    unusual=Case(
        "StableLmForCausalLM",
        {
            **UNUSUAL,
            "num_key_value_heads": 2,
            "pad_token_id": 5,
            "tie_word_embeddings": True,
            "use_qkv_bias": True,
            "qk_layernorm": True,
            "use_parallel_residual": True,
            "partial_rotary_factor": 0.5,
        },
    ),
    two_layers=Case(
        "StableLmForSequenceClassification",
        {**TWO_LAYERS, "pad_token_id": 0, "num_labels": 3},
    ),
    more=(
        Case("StableLmModel", {**USUAL, "num_hidden_layers": 2, "num_key_value_heads": 3}),
        Case(
            "StableLmForTokenClassification",
            {**TWO_LAYERS, "num_attention_heads": 6, "num_labels": 24},
        ),
    ),
)

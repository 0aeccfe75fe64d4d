"""OLMo (Groeneveld et al. 2024)."""

from tests.families.decoder_sizes import TWO_LAYERS, UNUSUAL, USUAL
from tests.families.family_cases import Case, FamilyCases

CASES = FamilyCases(
    usual=Case("OlmoForCausalLM", {**USUAL, "pad_token_id": 1}),
    unusual=Case(
        "OlmoForCausalLM",
        {
            **UNUSUAL,
            "num_key_value_heads": 2,
            "pad_token_id": 5,
            "tie_word_embeddings": True,
            "attention_bias": True,
            "head_dim": 40,
            "clip_qkv": 8.0,
        },
    ),
    two_layers=Case(
        "OlmoForSequenceClassification",
        {**TWO_LAYERS, "pad_token_id": 0, "num_labels": 3},
    ),
    more=(Case("OlmoModel", {**USUAL, "num_hidden_layers": 2, "num_key_value_heads": 3, "pad_token_id": 1}),),
)

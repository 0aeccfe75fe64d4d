"""GLM-4 0414 (Zhipu 2025)."""

from tests.families.decoder_sizes import TWO_LAYERS, UNUSUAL, USUAL
from tests.families.family_cases import Case, FamilyCases

CASES = FamilyCases(
    usual=Case("Glm4ForCausalLM", {**USUAL, "pad_token_id": 1030, "head_dim": 32}),
    unusual=Case(
        "Glm4ForCausalLM",
        {
            **UNUSUAL,
            "num_key_value_heads": 2,
            "pad_token_id": None,
            "head_dim": 40,
            "tie_word_embeddings": True,
            "attention_bias": False,
        },
    ),
    two_layers=Case(
        "Glm4ForSequenceClassification",
        {**TWO_LAYERS, "pad_token_id": 0, "head_dim": 48, "num_labels": 3},
    ),
    more=(
        Case(
            "Glm4Model",
            {**USUAL, "num_hidden_layers": 2, "num_key_value_heads": 3, "pad_token_id": 1030, "head_dim": 32},
        ),
        Case(
            "Glm4ForTokenClassification",
            {**TWO_LAYERS, "num_attention_heads": 6, "num_labels": 24, "pad_token_id": 1030, "head_dim": 32},
        ),
    ),
)

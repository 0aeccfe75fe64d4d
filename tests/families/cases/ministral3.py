"""Ministral 3, which has Mistral's layers."""

from tests.families.decoder_sizes import TWO_LAYERS, UNUSUAL, USUAL
from tests.families.family_cases import Case, FamilyCases

CASES = FamilyCases(
    usual=Case(
        "Ministral3ForCausalLM",
        {**USUAL, "pad_token_id": 11, "num_key_value_heads": 2},
    ),
    unusual=Case(
        "Ministral3ForCausalLM",
        {**UNUSUAL, "num_key_value_heads": 3, "pad_token_id": 5, "head_dim": 40, "tie_word_embeddings": True},
    ),
    two_layers=Case(
        "Ministral3ForSequenceClassification",
        {**TWO_LAYERS, "pad_token_id": 0, "head_dim": 48, "num_labels": 3},
    ),
    more=(
        Case(
            "Ministral3Model",
            {**USUAL, "num_hidden_layers": 2, "num_key_value_heads": 3, "pad_token_id": 11},
        ),
        Case(
            "Ministral3ForTokenClassification",
            {**TWO_LAYERS, "num_attention_heads": 6, "num_labels": 24, "pad_token_id": 11},
        ),
    ),
)

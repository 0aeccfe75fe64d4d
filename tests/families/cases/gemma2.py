"""Gemma 2 (Gemma team 2024)."""

from tests.families.decoder_sizes import TWO_LAYERS, UNUSUAL, USUAL
from tests.families.family_cases import Case, FamilyCases

CASES = FamilyCases(
    usual=Case("Gemma2ForCausalLM", {**USUAL, "num_key_value_heads": 3, "head_dim": 32}),
    unusual=Case(
        "Gemma2ForCausalLM",
        {
            **UNUSUAL,
            "num_key_value_heads": 2,
            "pad_token_id": None,
            "head_dim": 40,
            "tie_word_embeddings": False,
            "attention_bias": True,
            "final_logit_softcapping": None,
            "attn_logit_softcapping": None,
            "query_pre_attn_scalar": 64,
            "layer_types": ["full_attention", "sliding_attention", "full_attention"],
            "sliding_window": 8,
        },
    ),
    two_layers=Case(
        "Gemma2ForSequenceClassification",
        {**TWO_LAYERS, "pad_token_id": 3, "head_dim": 48, "num_labels": 3},
    ),
    more=(
        Case("Gemma2Model", {**USUAL, "num_hidden_layers": 2, "num_key_value_heads": 3, "head_dim": 32}),
        Case(
            "Gemma2ForTokenClassification",
            {**TWO_LAYERS, "num_attention_heads": 6, "num_labels": 24, "head_dim": 32},
        ),
    ),
)

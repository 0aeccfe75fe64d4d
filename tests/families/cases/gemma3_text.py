"""Gemma 3 (Gemma team 2025)."""

from tests.families.decoder_sizes import TWO_LAYERS, UNUSUAL, USUAL
from tests.families.family_cases import Case, FamilyCases

CASES = FamilyCases(
    usual=Case("Gemma3ForCausalLM", {**USUAL, "num_key_value_heads": 3, "head_dim": 32}),
    unusual=Case(
        "Gemma3ForCausalLM",
        {
            **UNUSUAL,
            "num_key_value_heads": 2,
            "pad_token_id": 5,
            "head_dim": 40,
            "tie_word_embeddings": False,
            "attention_bias": True,
            "final_logit_softcapping": 2.0,
            "attn_logit_softcapping": 3.0,
            "query_pre_attn_scalar": 64,
            "sliding_window": 8,
            "use_bidirectional_attention": True,
        },
    ),
    two_layers=Case(
        "Gemma3TextForSequenceClassification",
        {**TWO_LAYERS, "pad_token_id": 3, "head_dim": 48, "sliding_window_pattern": 2, "num_labels": 3},
    ),
    more=(
        Case("Gemma3TextModel", {**USUAL, "num_hidden_layers": 2, "num_key_value_heads": 3, "head_dim": 32}),
    ),
)

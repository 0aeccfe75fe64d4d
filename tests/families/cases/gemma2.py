"""Gemma 2 (Gemma team 2024)."""

from tests.families.family_cases import Case, FamilyCases

COMMON = {"vocab_size": 1031, "hidden_size": 192, "intermediate_size": 320, "num_attention_heads": 6}

CASES = FamilyCases(
    usual=Case(
        "Gemma2ForCausalLM", {**COMMON, "num_hidden_layers": 4, "num_key_value_heads": 3, "head_dim": 32}
    ),
    unusual=Case(
        "Gemma2ForCausalLM",
        {
            **COMMON,
            "num_hidden_layers": 3,
            "intermediate_size": 200,
            "num_key_value_heads": 2,
            "initializer_range": 0.05,
            "dtype": "bfloat16",
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
        {
            **COMMON,
            "num_hidden_layers": 2,
            "num_attention_heads": 4,
            "num_key_value_heads": 2,
            "pad_token_id": 3,
            "head_dim": 48,
            "num_labels": 3,
        },
    ),
    more=(
        Case("Gemma2Model", {**COMMON, "num_hidden_layers": 2, "num_key_value_heads": 3, "head_dim": 32}),
        Case(
            "Gemma2ForTokenClassification",
            {**COMMON, "num_hidden_layers": 2, "num_key_value_heads": 2, "num_labels": 24, "head_dim": 32},
        ),
    ),
)

"""Phi-3, Phi-3.5 and Phi-4 (Abdin et al. 2024)."""

from tests.families.family_cases import Case, FamilyCases

SIZES = {
    "vocab_size": 1031,
    "hidden_size": 192,
    "intermediate_size": 512,
    "num_hidden_layers": 4,
    "num_attention_heads": 6,
    "pad_token_id": 1000,
}
UNUSUAL = {
    "intermediate_size": 200,
    "num_hidden_layers": 3,
    "num_key_value_heads": 2,
    "head_dim": 40,
    "hidden_act": "gelu",
    "initializer_range": 0.05,
    "sliding_window": 16,
    "tie_word_embeddings": True,
    "pad_token_id": 5,
    "dtype": "bfloat16",
}
TWO_LAYERS = {"num_hidden_layers": 2, "num_attention_heads": 4, "num_labels": 3, "pad_token_id": 0}

CASES = FamilyCases(
    usual=Case("Phi3ForCausalLM", SIZES),
    unusual=Case("Phi3ForCausalLM", {**SIZES, **UNUSUAL}),
    two_layers=Case("Phi3ForSequenceClassification", {**SIZES, **TWO_LAYERS}),
    more=(
        Case("Phi3Model", {**SIZES, "num_hidden_layers": 2, "hidden_size": 96, "pad_token_id": None}),
        Case("Phi3ForTokenClassification", {**SIZES, "num_hidden_layers": 1, "num_labels": 5}),
    ),
)

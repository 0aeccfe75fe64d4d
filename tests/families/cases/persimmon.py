"""Persimmon (Adept 2023)."""

from tests.families.family_cases import Case, FamilyCases

SIZES = {
    "vocab_size": 1031,
    "hidden_size": 192,
    "intermediate_size": 768,
    "num_hidden_layers": 4,
    "num_attention_heads": 6,
}
UNUSUAL = {
    "intermediate_size": 200,
    "num_hidden_layers": 3,
    "hidden_act": "gelu",
    "initializer_range": 0.05,
    "partial_rotary_factor": 0.25,
    "qk_layernorm": False,
    "tie_word_embeddings": True,
    "pad_token_id": 5,
    "dtype": "bfloat16",
}
TWO_LAYERS = {"num_hidden_layers": 2, "num_attention_heads": 4, "num_labels": 3, "pad_token_id": 0}

CASES = FamilyCases(
    usual=Case("PersimmonForCausalLM", SIZES),
    unusual=Case("PersimmonForCausalLM", {**SIZES, **UNUSUAL}),
    two_layers=Case("PersimmonForSequenceClassification", {**SIZES, **TWO_LAYERS}),
    more=(
        Case("PersimmonModel", {**SIZES, "num_hidden_layers": 2, "hidden_size": 96}),
        Case("PersimmonForTokenClassification", {**SIZES, "num_hidden_layers": 1, "num_labels": 5}),
    ),
)

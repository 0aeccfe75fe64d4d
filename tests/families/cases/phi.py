"""Phi-1, Phi-1.5 and Phi-2 (Gunasekar et al. 2023)."""

from tests.families.family_cases import Case, FamilyCases

SIZES = {
    "vocab_size": 1031,
    "hidden_size": 192,
    "intermediate_size": 512,
    "num_hidden_layers": 4,
    "num_attention_heads": 6,
}
UNUSUAL = {
    "intermediate_size": 200,
    "num_hidden_layers": 3,
    "num_key_value_heads": 2,
    "hidden_act": "relu",
    "initializer_range": 0.05,
    "partial_rotary_factor": 0.25,
    "qk_layernorm": True,
    "tie_word_embeddings": True,
    "pad_token_id": 5,
    "dtype": "bfloat16",
}
TWO_LAYERS = {"num_hidden_layers": 2, "num_attention_heads": 4, "num_labels": 3, "pad_token_id": 0}

CASES = FamilyCases(
    usual=Case("PhiForCausalLM", SIZES),
    unusual=Case("PhiForCausalLM", {**SIZES, **UNUSUAL}),
    two_layers=Case("PhiForSequenceClassification", {**SIZES, **TWO_LAYERS}),
    more=(
        Case("PhiModel", {**SIZES, "num_hidden_layers": 2, "head_dim": 40}),
        Case("PhiForTokenClassification", {**SIZES, "num_hidden_layers": 1, "num_labels": 5}),
    ),
)

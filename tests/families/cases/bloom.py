"""BLOOM (Le Scao et al. 2022)."""

from tests.families.family_cases import Case, FamilyCases

SIZES = {"vocab_size": 1031, "hidden_size": 192, "n_layer": 4, "n_head": 6}
UNUSUAL = {
    "n_layer": 3,
    "n_head": 12,
    "initializer_range": 0.05,
    "apply_residual_connection_post_layernorm": True,
    "tie_word_embeddings": False,
    "pad_token_id": 5,
    "dtype": "bfloat16",
}
TWO_LAYERS = {"n_layer": 2, "n_head": 4, "num_labels": 3, "pad_token_id": 0}

CASES = FamilyCases(
    usual=Case("BloomForCausalLM", SIZES),
    unusual=Case("BloomForCausalLM", {**SIZES, **UNUSUAL}),
    two_layers=Case("BloomForSequenceClassification", {**SIZES, **TWO_LAYERS}),
    more=(
        Case("BloomModel", {**SIZES, "n_layer": 2, "hidden_size": 96}),
        Case("BloomForTokenClassification", {**SIZES, "n_layer": 1, "num_labels": 5}),
        Case("BloomForQuestionAnswering", {**SIZES, "n_layer": 1}),
    ),
)

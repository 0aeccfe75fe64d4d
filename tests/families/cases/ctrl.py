"""CTRL (Keskar et al. 2019)."""

from tests.families.family_cases import Case, FamilyCases

SIZES = {"vocab_size": 1031, "n_positions": 128, "n_embd": 192, "dff": 768, "n_layer": 4, "n_head": 6}
UNUSUAL = {
    "dff": 200,
    "n_layer": 3,
    "layer_norm_epsilon": 1e-5,
    "initializer_range": 0.05,
    "tie_word_embeddings": False,
    "pad_token_id": 5,
    "dtype": "bfloat16",
}
TWO_LAYERS = {"n_layer": 2, "n_head": 4, "num_labels": 3, "pad_token_id": 0}

CASES = FamilyCases(
    usual=Case("CTRLLMHeadModel", SIZES),
    unusual=Case("CTRLLMHeadModel", {**SIZES, **UNUSUAL}),
    two_layers=Case("CTRLForSequenceClassification", {**SIZES, **TWO_LAYERS}),
    more=(Case("CTRLModel", {**SIZES, "n_layer": 2, "n_embd": 96}),),
)

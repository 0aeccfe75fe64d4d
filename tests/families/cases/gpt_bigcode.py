"""SantaCoder (Ben Allal et al. 2023), StarCoder (Li et al. 2023)."""

from tests.families.family_cases import Case, FamilyCases

SIZES = {"vocab_size": 1031, "n_positions": 128, "n_embd": 192, "n_layer": 4, "n_head": 6}
UNUSUAL = {
    "n_layer": 3,
    "n_inner": 200,
    "activation_function": "relu",
    "initializer_range": 0.05,
    "scale_attn_weights": False,
    "multi_query": False,
    "add_cross_attention": True,
    "tie_word_embeddings": False,
    "pad_token_id": 5,
    "dtype": "bfloat16",
}
TWO_LAYERS = {"n_layer": 2, "n_head": 4, "num_labels": 3, "pad_token_id": 0}

CASES = FamilyCases(
    usual=Case("GPTBigCodeForCausalLM", SIZES),
    unusual=Case("GPTBigCodeForCausalLM", {**SIZES, **UNUSUAL}),
    two_layers=Case("GPTBigCodeForSequenceClassification", {**SIZES, **TWO_LAYERS}),
    more=(
        Case("GPTBigCodeModel", {**SIZES, "n_layer": 2, "n_embd": 96}),
        Case("GPTBigCodeForTokenClassification", {**SIZES, "n_layer": 1, "num_labels": 5}),
    ),
)

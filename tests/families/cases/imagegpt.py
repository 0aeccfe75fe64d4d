"""ImageGPT (Chen et al. 2020)."""

from tests.families.family_cases import Case, FamilyCases

SIZES = {"vocab_size": 1031, "n_positions": 128, "n_embd": 192, "n_layer": 4, "n_head": 6}
UNUSUAL = {
    "n_layer": 3,
    "n_inner": 200,
    "activation_function": "relu",
    "initializer_range": 0.05,
    "scale_attn_weights": False,
    "scale_attn_by_inverse_layer_idx": True,
    "reorder_and_upcast_attn": True,
    "add_cross_attention": True,
    "tie_word_embeddings": True,
    "pad_token_id": 5,
    "dtype": "bfloat16",
}

CASES = FamilyCases(
    usual=Case("ImageGPTForCausalImageModeling", SIZES),
    unusual=Case("ImageGPTForCausalImageModeling", {**SIZES, **UNUSUAL}),
    two_layers=Case("ImageGPTForImageClassification", {**SIZES, "n_layer": 2, "n_head": 4, "num_labels": 3}),
    more=(Case("ImageGPTModel", {**SIZES, "n_layer": 2, "n_embd": 96}),),
)

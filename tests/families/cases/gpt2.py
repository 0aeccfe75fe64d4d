"""GPT-2 (Radford et al. 2019)."""

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
    "tie_word_embeddings": False,
    "pad_token_id": 5,
    "dtype": "bfloat16",
}
TWO_LAYERS = {"n_layer": 2, "n_head": 4, "num_labels": 3, "pad_token_id": 0}

CASES = FamilyCases(
    usual=Case("GPT2LMHeadModel", SIZES),
    unusual=Case("GPT2LMHeadModel", {**SIZES, **UNUSUAL}),
    two_layers=Case("GPT2ForSequenceClassification", {**SIZES, **TWO_LAYERS}),
    more=(
        Case("GPT2Model", {**SIZES, "n_layer": 2, "n_embd": 96}),
        Case("GPT2DoubleHeadsModel", {**SIZES, "n_layer": 2}),
        Case(
            "GPT2DoubleHeadsModel",
            {**SIZES, "n_layer": 1, "summary_proj_to_labels": False, "tie_word_embeddings": False},
        ),
        Case("GPT2DoubleHeadsModel", {**SIZES, "n_layer": 1, "summary_use_proj": False}),
        Case("GPT2ForTokenClassification", {**SIZES, "n_layer": 1, "num_labels": 5}),
        Case("GPT2ForQuestionAnswering", {**SIZES, "n_layer": 1}),
    ),
)

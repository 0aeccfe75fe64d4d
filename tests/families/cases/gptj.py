"""GPT-J (Wang and Komatsuzaki 2021)."""

from tests.families.family_cases import Case, FamilyCases

SIZES = {"vocab_size": 1031, "n_positions": 128, "n_embd": 192, "n_layer": 4, "n_head": 6, "rotary_dim": 16}
UNUSUAL = {
    "n_layer": 3,
    "n_inner": 200,
    "activation_function": "relu",
    "initializer_range": 0.05,
    "tie_word_embeddings": True,
    "pad_token_id": 5,
    "dtype": "bfloat16",
}
TWO_LAYERS = {"n_layer": 2, "n_head": 4, "num_labels": 3, "pad_token_id": 0}

CASES = FamilyCases(
    usual=Case("GPTJForCausalLM", SIZES),
    unusual=Case("GPTJForCausalLM", {**SIZES, **UNUSUAL}),
    two_layers=Case("GPTJForSequenceClassification", {**SIZES, **TWO_LAYERS}),
    more=(
        Case("GPTJModel", {**SIZES, "n_layer": 2, "n_embd": 96}),
        Case("GPTJForQuestionAnswering", {**SIZES, "n_layer": 1}),
    ),
)

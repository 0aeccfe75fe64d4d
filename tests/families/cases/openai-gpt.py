"""GPT (Radford et al. 2018)."""

from tests.families.family_cases import Case, FamilyCases

SIZES = {"vocab_size": 1031, "n_positions": 128, "n_embd": 192, "n_layer": 4, "n_head": 6}
UNUSUAL = {
    "n_layer": 3,
    "n_head": 4,
    "afn": "relu",
    "initializer_range": 0.05,
    "tie_word_embeddings": False,
    "pad_token_id": 5,
    "dtype": "bfloat16",
}
TWO_LAYERS = {"n_layer": 2, "n_head": 4, "num_labels": 3, "pad_token_id": 0, "initializer_range": 0.05}

CASES = FamilyCases(
    usual=Case("OpenAIGPTLMHeadModel", SIZES),
    unusual=Case("OpenAIGPTLMHeadModel", {**SIZES, **UNUSUAL}),
    two_layers=Case("OpenAIGPTForSequenceClassification", {**SIZES, **TWO_LAYERS}),
    more=(
        Case("OpenAIGPTModel", {**SIZES, "n_layer": 2, "n_embd": 96}),
        Case("OpenAIGPTDoubleHeadsModel", {**SIZES, "n_layer": 2, "initializer_range": 0.05}),
        Case(
            "OpenAIGPTDoubleHeadsModel",
            {**SIZES, "n_layer": 1, "summary_proj_to_labels": False, "tie_word_embeddings": False},
        ),
        Case("OpenAIGPTDoubleHeadsModel", {**SIZES, "n_layer": 1, "summary_use_proj": False}),
    ),
)

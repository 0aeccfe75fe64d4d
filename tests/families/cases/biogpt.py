"""BioGPT (Luo et al. 2022)."""

from tests.families.family_cases import Case, FamilyCases

SIZES = {
    "vocab_size": 1031,
    "hidden_size": 192,
    "num_hidden_layers": 4,
    "num_attention_heads": 6,
    "intermediate_size": 768,
    "max_position_embeddings": 128,
}
UNUSUAL = {
    "num_hidden_layers": 3,
    "intermediate_size": 200,
    "hidden_act": "relu",
    "initializer_range": 0.05,
    "scale_embedding": False,
    "tie_word_embeddings": False,
    "pad_token_id": None,
    "dtype": "bfloat16",
}
TWO_LAYERS = {"num_hidden_layers": 2, "num_attention_heads": 4, "num_labels": 3, "pad_token_id": 0}

CASES = FamilyCases(
    usual=Case("BioGptForCausalLM", SIZES),
    unusual=Case("BioGptForCausalLM", {**SIZES, **UNUSUAL}),
    two_layers=Case("BioGptForSequenceClassification", {**SIZES, **TWO_LAYERS}),
    more=(
        Case("BioGptModel", {**SIZES, "num_hidden_layers": 2, "hidden_size": 96}),
        Case("BioGptForTokenClassification", {**SIZES, "num_hidden_layers": 1, "num_labels": 5}),
    ),
)

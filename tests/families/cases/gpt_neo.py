"""GPT-Neo (Black et al. 2021)."""

from tests.families.family_cases import Case, FamilyCases

SIZES = {
    "vocab_size": 1031,
    "max_position_embeddings": 128,
    "hidden_size": 192,
    "num_layers": 4,
    "attention_types": [[["global", "local"], 2]],
    "num_heads": 6,
}
UNUSUAL = {
    "num_layers": 3,
    "attention_types": [[["local"], 1], [["global", "local"], 1]],
    "intermediate_size": 200,
    "window_size": 16,
    "activation_function": "relu",
    "initializer_range": 0.05,
    "tie_word_embeddings": False,
    "pad_token_id": 5,
    "dtype": "bfloat16",
}
SHALLOW = {"num_layers": 2, "attention_types": [[["global", "local"], 1]]}

CASES = FamilyCases(
    usual=Case("GPTNeoForCausalLM", SIZES),
    unusual=Case("GPTNeoForCausalLM", {**SIZES, **UNUSUAL}),
    two_layers=Case(
        "GPTNeoForSequenceClassification", {**SIZES, **SHALLOW, "num_labels": 3, "pad_token_id": 0}
    ),
    more=(
        Case("GPTNeoModel", {**SIZES, **SHALLOW, "hidden_size": 96}),
        Case("GPTNeoForTokenClassification", {**SIZES, **SHALLOW, "num_labels": 5}),
        Case("GPTNeoForQuestionAnswering", {**SIZES, **SHALLOW}),
    ),
)

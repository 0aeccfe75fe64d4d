"""StarCoder 2 (Lozhkov et al. 2024)."""

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
    "num_key_value_heads": 3,
    "head_dim": 40,
    "hidden_act": "relu",
    "initializer_range": 0.05,
    "sliding_window": 16,
    "use_bias": False,
    "tie_word_embeddings": False,
    "pad_token_id": 5,
    "dtype": "bfloat16",
}
TWO_LAYERS = {"num_hidden_layers": 2, "num_attention_heads": 4, "num_labels": 3, "pad_token_id": 0}

CASES = FamilyCases(
    usual=Case("Starcoder2ForCausalLM", SIZES),
    unusual=Case("Starcoder2ForCausalLM", {**SIZES, **UNUSUAL}),
    two_layers=Case("Starcoder2ForSequenceClassification", {**SIZES, **TWO_LAYERS}),
    more=(
        Case("Starcoder2Model", {**SIZES, "num_hidden_layers": 2, "hidden_size": 96}),
        Case("Starcoder2ForTokenClassification", {**SIZES, "num_hidden_layers": 1, "num_labels": 5}),
    ),
)

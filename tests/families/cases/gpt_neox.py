"""GPT-NeoX (Black et al. 2022)."""

from tests.families.family_cases import Case, FamilyCases

SIZES = {
    "vocab_size": 1031,
    "hidden_size": 192,
    "intermediate_size": 768,
    "num_hidden_layers": 4,
    "num_attention_heads": 6,
    "max_position_embeddings": 128,
}
UNUSUAL = {
    "intermediate_size": 200,
    "num_hidden_layers": 3,
    "hidden_act": "relu",
    "initializer_range": 0.05,
    "rotary_pct": 0.5,
    "use_parallel_residual": False,
    "attention_bias": False,
    "tie_word_embeddings": True,
    "pad_token_id": 5,
    "dtype": "bfloat16",
}
TWO_LAYERS = {"num_hidden_layers": 2, "num_attention_heads": 4, "num_labels": 3, "pad_token_id": 0}

CASES = FamilyCases(
    usual=Case("GPTNeoXForCausalLM", SIZES),
    unusual=Case("GPTNeoXForCausalLM", {**SIZES, **UNUSUAL}),
    two_layers=Case("GPTNeoXForSequenceClassification", {**SIZES, **TWO_LAYERS}),
    more=(
        Case("GPTNeoXModel", {**SIZES, "num_hidden_layers": 2, "hidden_size": 96}),
        Case("GPTNeoXForTokenClassification", {**SIZES, "num_hidden_layers": 1, "num_labels": 5}),
        Case("GPTNeoXForQuestionAnswering", {**SIZES, "num_hidden_layers": 1}),
    ),
)

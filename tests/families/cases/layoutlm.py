"""LayoutLM (Xu et al. 2020)."""

from tests.families.family_cases import Case, FamilyCases

SIZES = {
    "vocab_size": 1031,
    "hidden_size": 192,
    "num_hidden_layers": 2,
    "num_attention_heads": 6,
    "intermediate_size": 400,
}

CASES = FamilyCases(
    usual=Case("LayoutLMForMaskedLM", SIZES),
    unusual=Case(
        "LayoutLMForMaskedLM",
        {
            **SIZES,
            "num_hidden_layers": 3,
            "num_attention_heads": 4,
            "intermediate_size": 200,
            "hidden_act": "relu",
            "max_position_embeddings": 60,
            "type_vocab_size": 3,
            "initializer_range": 0.05,
            "pad_token_id": 7,
            "dtype": "bfloat16",
            "max_2d_position_embeddings": 90,
            "tie_word_embeddings": False,
        },
    ),
    two_layers=Case("LayoutLMForSequenceClassification", {**SIZES, "num_labels": 40}),
    more=(
        Case("LayoutLMModel", SIZES),
        Case("LayoutLMForTokenClassification", {**SIZES, "num_labels": 7}),
        Case("LayoutLMForQuestionAnswering", SIZES),
    ),
)

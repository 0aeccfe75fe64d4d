"""XLM-RoBERTa (Conneau et al. 2020)."""

from tests.families.family_cases import Case, FamilyCases

SIZES = {
    "vocab_size": 1031,
    "hidden_size": 192,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 320,
}

CASES = FamilyCases(
    usual=Case("XLMRobertaForMaskedLM", SIZES),
    unusual=Case(
        "XLMRobertaForTokenClassification",
        {
            **SIZES,
            "num_hidden_layers": 3,
            "max_position_embeddings": 60,
            "type_vocab_size": 1,
            "initializer_range": 0.05,
            "pad_token_id": 4,
            "num_labels": 5,
            "dtype": "bfloat16",
        },
    ),
    two_layers=Case("XLMRobertaForSequenceClassification", {**SIZES, "num_labels": 3}),
    more=(Case("XLMRobertaModel", SIZES),),
)

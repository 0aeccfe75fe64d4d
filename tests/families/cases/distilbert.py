"""DistilBERT (Sanh et al. 2019)."""

from tests.families.family_cases import Case, FamilyCases

SIZES = {
    "vocab_size": 1031,
    "dim": 192,
    "n_layers": 2,
    "n_heads": 6,
    "hidden_dim": 500,
}

CASES = FamilyCases(
    usual=Case("DistilBertForMaskedLM", SIZES),
    unusual=Case(
        "DistilBertForMaskedLM",
        {
            **SIZES,
            "n_layers": 3,
            "n_heads": 4,
            "hidden_dim": 200,
            "activation": "relu",
            "sinusoidal_pos_embds": True,
            "max_position_embeddings": 60,
            "initializer_range": 0.05,
            "pad_token_id": 7,
            "tie_word_embeddings": False,
            "dtype": "bfloat16",
        },
    ),
    two_layers=Case("DistilBertForSequenceClassification", {**SIZES, "num_labels": 40}),
    more=(
        Case("DistilBertModel", SIZES),
        Case("DistilBertForTokenClassification", {**SIZES, "num_labels": 7}),
        Case("DistilBertForQuestionAnswering", SIZES),
    ),
)

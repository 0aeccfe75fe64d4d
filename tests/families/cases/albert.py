"""ALBERT (Lan et al. 2020)."""

from tests.families.family_cases import Case, FamilyCases

SIZES = {
    "vocab_size": 1031,
    "embedding_size": 96,
    "hidden_size": 192,
    "num_hidden_layers": 3,
    "num_attention_heads": 6,
    "intermediate_size": 500,
}

CASES = FamilyCases(
    usual=Case("AlbertForMaskedLM", SIZES),
    unusual=Case(
        "AlbertForPreTraining",
        {
            **SIZES,
            "num_hidden_layers": 5,
            "num_hidden_groups": 2,
            "inner_group_num": 2,
            "num_attention_heads": 4,
            "intermediate_size": 200,
            "hidden_act": "relu",
            "type_vocab_size": 3,
            "max_position_embeddings": 60,
            "initializer_range": 0.05,
            "pad_token_id": 7,
            "tie_word_embeddings": False,
            "dtype": "bfloat16",
        },
    ),
    two_layers=Case("AlbertForSequenceClassification", {**SIZES, "num_hidden_layers": 2, "num_labels": 40}),
    more=(
        Case("AlbertModel", {**SIZES, "num_hidden_groups": 3}),
        Case("AlbertForTokenClassification", {**SIZES, "num_labels": 7}),
        Case("AlbertForQuestionAnswering", SIZES),
    ),
)

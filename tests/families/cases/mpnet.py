"""MPNet (Song et al. 2020)."""

from tests.families.family_cases import Case, FamilyCases

SIZES = {
    "vocab_size": 1031,
    "hidden_size": 96,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 160,
}

CASES = FamilyCases(
    usual=Case(
        "MPNetForMaskedLM",
        {
            "vocab_size": 1031,
            "hidden_size": 192,
            "num_hidden_layers": 4,
            "num_attention_heads": 6,
            "intermediate_size": 768,
        },
    ),
    unusual=Case(
        "MPNetForMaskedLM",
        {
            "vocab_size": 1031,
            "hidden_size": 192,
            "num_hidden_layers": 3,
            "num_attention_heads": 4,
            "intermediate_size": 200,
            "hidden_act": "relu",
            "max_position_embeddings": 60,
            "relative_attention_num_buckets": 40,
            "initializer_range": 0.05,
            "layer_norm_eps": 1e-5,
            "pad_token_id": 4,
            "tie_word_embeddings": False,
            "dtype": "bfloat16",
        },
    ),
    two_layers=Case(
        "MPNetForSequenceClassification",
        {
            "vocab_size": 1031,
            "hidden_size": 192,
            "num_hidden_layers": 2,
            "num_attention_heads": 6,
            "intermediate_size": 768,
            "num_labels": 3,
        },
    ),
    more=(
        Case("MPNetModel", SIZES),
        Case("MPNetForTokenClassification", {**SIZES, "num_labels": 7}),
        Case("MPNetForQuestionAnswering", SIZES),
    ),
)

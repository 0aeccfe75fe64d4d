"""FNet (Lee-Thorp et al. 2022)."""

from tests.families.family_cases import Case, FamilyCases

SIZES = {"vocab_size": 1031, "hidden_size": 96, "num_hidden_layers": 2, "intermediate_size": 160}

CASES = FamilyCases(
    usual=Case(
        "FNetForPreTraining",
        {"vocab_size": 1031, "hidden_size": 192, "num_hidden_layers": 4, "intermediate_size": 768},
    ),
    unusual=Case(
        "FNetForMaskedLM",
        {
            "vocab_size": 1031,
            "hidden_size": 192,
            "num_hidden_layers": 3,
            "intermediate_size": 200,
            "hidden_act": "relu",
            "max_position_embeddings": 60,
            "type_vocab_size": 2,
            "initializer_range": 0.05,
            "layer_norm_eps": 1e-5,
            "pad_token_id": 5,
            "tie_word_embeddings": False,
        },
    ),
    two_layers=Case(
        "FNetForSequenceClassification",
        {
            "vocab_size": 1031,
            "hidden_size": 192,
            "num_hidden_layers": 2,
            "intermediate_size": 768,
            "num_labels": 3,
            "pad_token_id": None,
            "dtype": "bfloat16",
        },
    ),
    more=(
        Case("FNetModel", SIZES),
        Case("FNetForTokenClassification", {**SIZES, "num_labels": 7}),
        Case("FNetForQuestionAnswering", SIZES),
        Case("FNetForNextSentencePrediction", SIZES),
    ),
)

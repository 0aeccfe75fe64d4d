"""ELECTRA (Clark et al. 2020)."""

from tests.families.family_cases import Case, FamilyCases

SIZES = {
    "vocab_size": 1031,
    "embedding_size": 96,
    "hidden_size": 192,
    "num_hidden_layers": 2,
    "num_attention_heads": 6,
    "intermediate_size": 500,
}

CASES = FamilyCases(
    usual=Case("ElectraForMaskedLM", SIZES),
    unusual=Case(
        "ElectraForCausalLM",
        {
            **SIZES,
            "embedding_size": 192,
            "num_hidden_layers": 3,
            "num_attention_heads": 4,
            "intermediate_size": 200,
            "hidden_act": "relu",
            "type_vocab_size": 3,
            "is_decoder": True,
            "max_position_embeddings": 60,
            "initializer_range": 0.05,
            "pad_token_id": 7,
            "tie_word_embeddings": False,
            "dtype": "bfloat16",
        },
    ),
    two_layers=Case("ElectraForPreTraining", SIZES),
    more=(
        Case("ElectraModel", SIZES),
        Case("ElectraForSequenceClassification", {**SIZES, "num_labels": 40}),
        Case("ElectraForTokenClassification", {**SIZES, "num_labels": 7}),
        Case("ElectraForQuestionAnswering", SIZES),
    ),
)

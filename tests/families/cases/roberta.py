"""RoBERTa (Liu et al. 2019)."""

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
        "RobertaForMaskedLM",
        {
            "vocab_size": 1031,
            "hidden_size": 192,
            "num_hidden_layers": 4,
            "num_attention_heads": 6,
            "intermediate_size": 768,
        },
    ),
    unusual=Case(
        "RobertaForCausalLM",
        {
            "vocab_size": 1031,
            "hidden_size": 192,
            "num_hidden_layers": 3,
            "num_attention_heads": 4,
            "intermediate_size": 200,
            "hidden_act": "relu",
            "max_position_embeddings": 60,
            "type_vocab_size": 1,
            "initializer_range": 0.05,
            "pad_token_id": 4,
            "is_decoder": True,
            "tie_word_embeddings": False,
            "dtype": "bfloat16",
        },
    ),
    two_layers=Case(
        "RobertaForSequenceClassification",
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
        Case("RobertaModel", SIZES),
        Case("RobertaForTokenClassification", {**SIZES, "num_labels": 7}),
        Case("RobertaForQuestionAnswering", SIZES),
    ),
)

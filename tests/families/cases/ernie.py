"""ERNIE (Sun et al. 2019)."""

from tests.families.family_cases import Case, FamilyCases

SIZES = {
    "vocab_size": 1031,
    "hidden_size": 192,
    "num_hidden_layers": 2,
    "num_attention_heads": 6,
    "intermediate_size": 400,
}

CASES = FamilyCases(
    usual=Case("ErnieForMaskedLM", SIZES),
    unusual=Case(
        "ErnieForPreTraining",
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
            "task_type_vocab_size": 5,
            "use_task_id": True,
            "is_decoder": True,
            "tie_word_embeddings": False,
        },
    ),
    two_layers=Case("ErnieForSequenceClassification", {**SIZES, "num_labels": 40}),
    more=(
        Case("ErnieModel", {**SIZES, "use_task_id": True}),
        Case("ErnieForCausalLM", {**SIZES, "is_decoder": True}),
        Case("ErnieForTokenClassification", {**SIZES, "num_labels": 7}),
        Case("ErnieForQuestionAnswering", SIZES),
    ),
)

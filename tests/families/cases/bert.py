"""BERT (Devlin et al. 2019)."""

from tests.families.family_cases import Case, FamilyCases

SIZES = {"vocab_size": 1031, "hidden_size": 96, "num_hidden_layers": 2, "num_attention_heads": 4}

CASES = FamilyCases(
    usual=Case(
        "BertForMaskedLM",
        {
            "vocab_size": 1031,
            "hidden_size": 192,
            "num_hidden_layers": 4,
            "num_attention_heads": 6,
            "intermediate_size": 768,
        },
    ),
    unusual=Case(
        "BertForPreTraining",
        {
            "vocab_size": 1031,
            "hidden_size": 192,
            "num_hidden_layers": 3,
            "num_attention_heads": 4,
            "intermediate_size": 200,
            "hidden_act": "relu",
            "max_position_embeddings": 60,
            "type_vocab_size": 3,
            "initializer_range": 0.05,
            "pad_token_id": None,
            "is_decoder": True,
            "tie_word_embeddings": False,
            "dtype": "bfloat16",
        },
    ),
    two_layers=Case(
        "BertForSequenceClassification",
        {
            "vocab_size": 1031,
            "hidden_size": 192,
            "num_hidden_layers": 2,
            "num_attention_heads": 6,
            "intermediate_size": 768,
            "max_position_embeddings": 100,
            "num_labels": 3,
            "pad_token_id": 5,
        },
    ),
    more=(
        Case("BertModel", {**SIZES, "intermediate_size": 160}),
        Case("BertLMHeadModel", {**SIZES, "intermediate_size": 160, "is_decoder": True}),
        Case("BertForNextSentencePrediction", {**SIZES, "intermediate_size": 160}),
        Case("BertForTokenClassification", {**SIZES, "intermediate_size": 160, "num_labels": 7}),
        Case("BertForQuestionAnswering", {**SIZES, "intermediate_size": 160}),
    ),
)

"""Splinter (Ram et al. 2021)."""

from tests.families.family_cases import Case, FamilyCases
from tests.families.inputs import questions

SIZES = {
    "vocab_size": 1031,
    "hidden_size": 192,
    "num_hidden_layers": 2,
    "num_attention_heads": 6,
    "intermediate_size": 400,
}

CASES = FamilyCases(
    usual=Case("SplinterForQuestionAnswering", SIZES),
    unusual=Case(
        "SplinterForPreTraining",
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
        },
    ),
    two_layers=Case("SplinterModel", SIZES),
    inputs=questions,
)

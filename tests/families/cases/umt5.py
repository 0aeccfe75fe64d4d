"""UMT5 (Chung et al. 2023)."""

from tests.families.family_cases import Case, FamilyCases
from tests.families.inputs import two_sequences
from tests.families.t5_sizes import TWO_LAYERS, UNUSUAL

SIZES = {"vocab_size": 1031, "d_model": 192, "d_kv": 16, "d_ff": 480, "num_layers": 2, "num_heads": 12}

CASES = FamilyCases(
    usual=Case("UMT5ForConditionalGeneration", SIZES),
    unusual=Case(
        "UMT5ForQuestionAnswering",
        {**UNUSUAL, "feed_forward_proj": "relu"},
    ),
    two_layers=Case("UMT5EncoderModel", SIZES),
    more=(
        Case("UMT5Model", SIZES),
        Case(
            "UMT5ForSequenceClassification",
            {**TWO_LAYERS, "d_ff": 480, "num_labels": 7, "decoder_start_token_id": 0},
        ),
        Case("UMT5ForTokenClassification", {**TWO_LAYERS, "d_ff": 480, "num_labels": 40}),
    ),
    inputs=two_sequences,
)

"""T5 (Raffel et al. 2020)."""

from tests.families.family_cases import Case, FamilyCases
from tests.families.inputs import two_sequences
from tests.families.t5_sizes import TWO_LAYERS, UNUSUAL

CASES = FamilyCases(
    usual=Case(
        "T5ForConditionalGeneration",
        {**TWO_LAYERS, "d_ff": 768, "num_layers": 3, "decoder_start_token_id": 0},
    ),
    unusual=Case(
        "T5ForConditionalGeneration",
        {**UNUSUAL, "relative_attention_max_distance": 60, "feed_forward_proj": "gated-gelu"},
    ),
    two_layers=Case("T5EncoderModel", {**TWO_LAYERS, "d_ff": 768, "feed_forward_proj": "gated-silu"}),
    more=(
        Case("T5Model", {**TWO_LAYERS, "d_ff": 768, "num_decoder_layers": 3}),
        Case(
            "T5ForSequenceClassification",
            {**TWO_LAYERS, "d_ff": 768, "num_labels": 7, "decoder_start_token_id": 0},
        ),
        Case("T5ForTokenClassification", {**TWO_LAYERS, "d_ff": 768, "num_labels": 40}),
        Case(
            "T5ForQuestionAnswering",
            {**TWO_LAYERS, "d_ff": 768, "num_decoder_layers": 3, "feed_forward_proj": "gelu"},
        ),
    ),
    inputs=two_sequences,
)

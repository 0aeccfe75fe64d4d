"""mBART (Liu et al. 2020)."""

from tests.families.family_cases import Case, FamilyCases
from tests.families.inputs import two_sequences
from tests.families.translation_sizes import TWO_LAYERS, UNUSUAL, USUAL

CASES = FamilyCases(
    usual=Case("MBartForConditionalGeneration", USUAL),
    unusual=Case(
        "MBartForConditionalGeneration",
        {**UNUSUAL, "activation_function": "relu", "scale_embedding": True},
    ),
    two_layers=Case("MBartModel", TWO_LAYERS),
    more=(
        Case("MBartForSequenceClassification", {**USUAL, "encoder_layers": 1, "num_labels": 7}),
        Case("MBartForQuestionAnswering", {**TWO_LAYERS, "decoder_layers": 1}),
        Case("MBartForCausalLM", {**USUAL, "decoder_layers": 3}),
    ),
    inputs=two_sequences,
)

"""BART (Lewis et al. 2020)."""

from tests.families.family_cases import Case, FamilyCases
from tests.families.inputs import two_sequences
from tests.families.translation_sizes import TWO_LAYERS, UNUSUAL, USUAL

CASES = FamilyCases(
    usual=Case("BartForConditionalGeneration", USUAL),
    unusual=Case(
        "BartForConditionalGeneration",
        {**UNUSUAL, "activation_function": "relu", "scale_embedding": True},
    ),
    two_layers=Case("BartModel", TWO_LAYERS),
    more=(
        Case("BartForSequenceClassification", {**USUAL, "encoder_layers": 1, "num_labels": 7}),
        Case("BartForQuestionAnswering", {**TWO_LAYERS, "decoder_layers": 1}),
        Case("BartForCausalLM", {**USUAL, "decoder_layers": 3}),
        Case("BartForCausalLM", {**TWO_LAYERS, "tie_word_embeddings": False}),
    ),
    inputs=two_sequences,
)

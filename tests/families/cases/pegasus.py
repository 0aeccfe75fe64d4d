"""Pegasus (Zhang et al. 2020)."""

from tests.families.family_cases import Case, FamilyCases
from tests.families.inputs import two_sequences
from tests.families.translation_sizes import TWO_LAYERS, UNUSUAL, USUAL

CASES = FamilyCases(
    usual=Case("PegasusForConditionalGeneration", USUAL),
    unusual=Case(
        "PegasusForConditionalGeneration",
        {**UNUSUAL, "activation_function": "relu", "scale_embedding": True},
    ),
    two_layers=Case("PegasusModel", TWO_LAYERS),
    more=(Case("PegasusForCausalLM", {**USUAL, "decoder_layers": 3}),),
    inputs=two_sequences,
)

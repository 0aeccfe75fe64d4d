"""Blenderbot (Roller et al. 2021)."""

from tests.families.family_cases import Case, FamilyCases
from tests.families.inputs import two_sequences
from tests.families.translation_sizes import TWO_LAYERS, UNUSUAL, USUAL

CASES = FamilyCases(
    usual=Case("BlenderbotForConditionalGeneration", USUAL),
    unusual=Case(
        "BlenderbotForConditionalGeneration",
        {**UNUSUAL, "activation_function": "relu", "scale_embedding": True},
    ),
    two_layers=Case("BlenderbotModel", TWO_LAYERS),
    more=(Case("BlenderbotForCausalLM", {**USUAL, "decoder_layers": 3}),),
    inputs=two_sequences,
)

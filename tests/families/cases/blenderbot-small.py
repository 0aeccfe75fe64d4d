"""Blenderbot (Roller et al. 2021), the small one."""

from tests.families.family_cases import Case, FamilyCases
from tests.families.inputs import two_sequences
from tests.families.translation_sizes import TWO_LAYERS, UNUSUAL, USUAL

CASES = FamilyCases(
    usual=Case("BlenderbotSmallForConditionalGeneration", USUAL),
    unusual=Case(
        "BlenderbotSmallForConditionalGeneration",
        {**UNUSUAL, "activation_function": "relu", "scale_embedding": True},
    ),
    two_layers=Case("BlenderbotSmallModel", TWO_LAYERS),
    more=(Case("BlenderbotSmallForCausalLM", {**USUAL, "decoder_layers": 3}),),
    inputs=two_sequences,
)

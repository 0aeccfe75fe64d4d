"""M2M-100 (Fan et al. 2021)."""

from tests.families.family_cases import Case, FamilyCases
from tests.families.inputs import two_sequences
from tests.families.translation_sizes import TWO_LAYERS, UNUSUAL, USUAL

CASES = FamilyCases(
    usual=Case("M2M100ForConditionalGeneration", USUAL),
    unusual=Case(
        "M2M100ForConditionalGeneration",
        {**UNUSUAL, "activation_function": "gelu", "scale_embedding": False},
    ),
    two_layers=Case("M2M100Model", TWO_LAYERS),
    inputs=two_sequences,
)

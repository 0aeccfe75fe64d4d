"""I-JEPA (Assran et al. 2023)."""

from tests.families.family_cases import Case, FamilyCases
from tests.families.image_sizes import TWO_LAYERS, UNUSUAL, USUAL
from tests.families.media import pixels

CASES = FamilyCases(
    usual=Case(
        "IJepaForImageClassification",
        USUAL,
    ),
    unusual=Case(
        "IJepaModel",
        {**UNUSUAL, "qkv_bias": False, "pooler_output_size": 100, "pooler_act": "gelu"},
    ),
    two_layers=Case(
        "IJepaModel",
        TWO_LAYERS,
    ),
    inputs=pixels,
)

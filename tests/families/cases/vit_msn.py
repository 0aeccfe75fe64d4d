"""MSN (Assran et al. 2022)."""

from tests.families.family_cases import Case, FamilyCases
from tests.families.image_sizes import TWO_LAYERS, UNUSUAL, USUAL
from tests.families.media import pixels

CASES = FamilyCases(
    usual=Case(
        "ViTMSNForImageClassification",
        USUAL,
    ),
    unusual=Case(
        "ViTMSNModel",
        {**UNUSUAL, "qkv_bias": False},
    ),
    two_layers=Case(
        "ViTMSNModel",
        TWO_LAYERS,
    ),
    inputs=pixels,
)

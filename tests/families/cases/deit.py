"""DeiT (Touvron et al. 2021)."""

from tests.families.family_cases import Case, FamilyCases
from tests.families.image_sizes import TWO_LAYERS, UNUSUAL, USUAL
from tests.families.media import pixels

CASES = FamilyCases(
    usual=Case(
        "DeiTForImageClassification",
        USUAL,
    ),
    unusual=Case(
        "DeiTModel",
        {**UNUSUAL, "qkv_bias": False, "pooler_output_size": 100, "pooler_act": "gelu"},
    ),
    two_layers=Case(
        "DeiTForMaskedImageModeling",
        {**TWO_LAYERS, "encoder_stride": 8},
    ),
    more=(
        Case(
            "DeiTForImageClassificationWithTeacher",
            {**TWO_LAYERS, "num_labels": 40},
        ),
    ),
    inputs=pixels,
)

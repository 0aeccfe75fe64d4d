"""Vision Transformer (Dosovitskiy et al. 2021)."""

from tests.families.family_cases import Case, FamilyCases
from tests.families.image_sizes import TWO_LAYERS, UNUSUAL, USUAL
from tests.families.media import pixels

CASES = FamilyCases(
    usual=Case(
        "ViTForImageClassification",
        USUAL,
    ),
    unusual=Case(
        "ViTModel",
        {**UNUSUAL, "qkv_bias": False, "pooler_output_size": 100, "pooler_act": "gelu"},
    ),
    two_layers=Case(
        "ViTForMaskedImageModeling",
        {**TWO_LAYERS, "encoder_stride": 8},
    ),
    inputs=pixels,
)

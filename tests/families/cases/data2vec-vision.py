# named after its model type
"""data2vec for images (Baevski et al. 2022)."""

from tests.families.family_cases import Case, FamilyCases
from tests.families.image_sizes import TWO_LAYERS, UNUSUAL, USUAL
from tests.families.media import pixels

CASES = FamilyCases(
    usual=Case(
        "Data2VecVisionForImageClassification",
        USUAL,
    ),
    unusual=Case(
        "Data2VecVisionForImageClassification",
        {
            **UNUSUAL,
            "use_mask_token": True,
            "use_absolute_position_embeddings": True,
            "use_relative_position_bias": True,
            "use_shared_relative_position_bias": True,
            "use_mean_pooling": False,
            "layer_scale_init_value": 0.0,
            "num_labels": 40,
        },
    ),
    two_layers=Case(
        "Data2VecVisionModel",
        {**TWO_LAYERS, "use_relative_position_bias": True, "layer_scale_init_value": 0.0001},
    ),
    inputs=pixels,
)

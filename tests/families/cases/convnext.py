"""ConvNeXt (Liu et al. 2022)."""

from tests.families.family_cases import Case, FamilyCases
from tests.families.media import pixels
from tests.families.stage_sizes import UNUSUAL

CASES = FamilyCases(
    usual=Case(
        "ConvNextForImageClassification",
        {"hidden_sizes": [32, 64, 96, 160], "depths": [1, 1, 3, 1], "image_size": 64, "num_labels": 40},
    ),
    unusual=Case(
        "ConvNextModel",
        {**UNUSUAL, "layer_scale_init_value": 0.0},
    ),
    two_layers=Case(
        "ConvNextModel", {"hidden_sizes": [40, 80], "depths": [1, 1], "num_stages": 2, "image_size": 48}
    ),
    inputs=pixels,
)

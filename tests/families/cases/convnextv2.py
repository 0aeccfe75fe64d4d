"""ConvNeXt V2 (Woo et al. 2023)."""

from tests.families.family_cases import Case, FamilyCases
from tests.families.media import pixels
from tests.families.stage_sizes import UNUSUAL

CASES = FamilyCases(
    usual=Case(
        "ConvNextV2ForImageClassification",
        {"hidden_sizes": [32, 64, 96, 160], "depths": [1, 1, 3, 1], "image_size": 64, "num_labels": 40},
    ),
    unusual=Case(
        "ConvNextV2Model",
        UNUSUAL,
    ),
    two_layers=Case(
        "ConvNextV2Model", {"hidden_sizes": [40, 80], "depths": [1, 1], "num_stages": 2, "image_size": 48}
    ),
    inputs=pixels,
)

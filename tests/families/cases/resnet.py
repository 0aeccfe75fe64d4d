"""ResNet (He et al. 2016)."""

from tests.families.family_cases import Case, FamilyCases
from tests.families.media import pixels

CASES = FamilyCases(
    usual=Case(
        "ResNetForImageClassification",
        {"embedding_size": 32, "hidden_sizes": [64, 128, 192, 256], "depths": [1, 2, 1, 1], "num_labels": 40},
    ),
    unusual=Case(
        "ResNetForImageClassification",
        {
            "embedding_size": 24,
            "hidden_sizes": [24, 60, 96],
            "depths": [2, 1, 2],
            "layer_type": "basic",
            "hidden_act": "gelu",
            "num_channels": 5,
            "downsample_in_first_stage": True,
            "num_labels": 30,
            "dtype": "bfloat16",
        },
    ),
    two_layers=Case(
        "ResNetModel",
        {"embedding_size": 32, "hidden_sizes": [96, 160], "depths": [1, 1], "downsample_in_bottleneck": True},
    ),
    inputs=pixels,
)

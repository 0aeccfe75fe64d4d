"""RegNet (Radosavovic et al. 2020)."""

from tests.families.family_cases import Case, FamilyCases
from tests.families.media import pixels

CASES = FamilyCases(
    usual=Case(
        "RegNetForImageClassification",
        {
            "embedding_size": 32,
            "hidden_sizes": [64, 128, 192, 256],
            "depths": [1, 2, 1, 1],
            "groups_width": 16,
            "num_labels": 40,
        },
    ),
    unusual=Case(
        "RegNetForImageClassification",
        {
            "embedding_size": 22,
            "hidden_sizes": [30, 62, 96],
            "depths": [2, 1, 2],
            "groups_width": 31,
            "hidden_act": "gelu",
            "num_channels": 5,
            "downsample_in_first_stage": False,
            "num_labels": 30,
            "dtype": "bfloat16",
        },
    ),
    two_layers=Case(
        "RegNetModel",
        {
            "embedding_size": 32,
            "hidden_sizes": [96, 160],
            "depths": [1, 1],
            "layer_type": "x",
            "groups_width": 32,
        },
    ),
    inputs=pixels,
)

"""SegFormer (Xie et al. 2021)."""

from tests.families.family_cases import Case, FamilyCases
from tests.families.media import pixels

CASES = FamilyCases(
    usual=Case(
        "SegformerForSemanticSegmentation",
        {"hidden_sizes": [32, 48, 96, 128], "num_attention_heads": [1, 2, 3, 4], "num_labels": 19},
    ),
    unusual=Case(
        "SegformerForSemanticSegmentation",
        {
            "num_channels": 5,
            "num_encoder_blocks": 3,
            "depths": [1, 3, 2],
            "sr_ratios": [4, 1, 2],
            "hidden_sizes": [24, 60, 96],
            "patch_sizes": [5, 3, 2],
            "strides": [2, 4, 2],
            "num_attention_heads": [2, 3, 6],
            "mlp_ratios": [2, 3, 4],
            "hidden_act": "relu",
            "initializer_range": 0.05,
            "decoder_hidden_size": 100,
            "dtype": "bfloat16",
        },
    ),
    two_layers=Case(
        "SegformerForImageClassification",
        {
            "num_encoder_blocks": 2,
            "depths": [1, 1],
            "sr_ratios": [2, 1],
            "hidden_sizes": [64, 96],
            "patch_sizes": [7, 3],
            "strides": [4, 2],
            "num_attention_heads": [1, 2],
            "mlp_ratios": [4, 4],
            "num_labels": 30,
        },
    ),
    more=(
        Case(
            "SegformerModel",
            {"depths": [1, 1, 1, 1], "hidden_sizes": [32, 48, 96, 128], "num_attention_heads": [1, 2, 3, 4]},
        ),
    ),
    inputs=pixels,
)

# named after its model type
"""data2vec for images (Baevski et al. 2022)."""

from tests.families.family_cases import Case, FamilyCases
from tests.families.media import pixels

CASES = FamilyCases(
    usual=Case(
        "Data2VecVisionForImageClassification",
        {
            "hidden_size": 192,
            "num_hidden_layers": 3,
            "num_attention_heads": 3,
            "intermediate_size": 768,
            "image_size": 96,
            "num_labels": 40,
        },
    ),
    unusual=Case(
        "Data2VecVisionForImageClassification",
        {
            "hidden_size": 192,
            "num_hidden_layers": 3,
            "num_attention_heads": 6,
            "intermediate_size": 200,
            "image_size": 60,
            "patch_size": 11,
            "num_channels": 5,
            "initializer_range": 0.05,
            "hidden_act": "relu",
            "dtype": "bfloat16",
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
        {
            "hidden_size": 160,
            "num_hidden_layers": 2,
            "num_attention_heads": 4,
            "intermediate_size": 320,
            "image_size": 48,
            "patch_size": 8,
            "use_relative_position_bias": True,
            "layer_scale_init_value": 0.0001,
        },
    ),
    inputs=pixels,
)

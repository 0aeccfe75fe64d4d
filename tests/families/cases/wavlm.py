"""WavLM (Chen et al. 2022)."""

from tests.families.family_cases import Case, FamilyCases
from tests.families.media import sound
from tests.families.speech_sizes import TWO_LAYERS, UNUSUAL, USUAL

CASES = FamilyCases(
    usual=Case(
        "WavLMForCTC",
        USUAL,
    ),
    unusual=Case(
        "WavLMModel",
        {**UNUSUAL, "num_buckets": 120},
    ),
    two_layers=Case(
        "WavLMForXVector",
        {
            **TWO_LAYERS,
            "tdnn_dim": [64, 96, 80],
            "tdnn_kernel": [5, 3, 1],
            "tdnn_dilation": [1, 2, 1],
            "xvector_output_dim": 72,
            "num_labels": 20,
        },
    ),
    more=(
        Case(
            "WavLMForSequenceClassification",
            {
                **USUAL,
                "hidden_size": 128,
                "num_hidden_layers": 2,
                "num_attention_heads": 4,
                "classifier_proj_size": 80,
                "num_labels": 40,
            },
        ),
        Case(
            "WavLMForAudioFrameClassification",
            {**USUAL, "hidden_size": 128, "num_hidden_layers": 2, "num_attention_heads": 4, "num_labels": 40},
        ),
    ),
    inputs=sound,
)

# named after its model type
"""Audio Spectrogram Transformer (Gong et al. 2021)."""

from tests.families.family_cases import Case, FamilyCases
from tests.families.media import spectrograms

CASES = FamilyCases(
    usual=Case(
        "ASTForAudioClassification",
        {
            "hidden_size": 192,
            "num_hidden_layers": 3,
            "num_attention_heads": 3,
            "intermediate_size": 768,
            "num_labels": 40,
            "max_length": 100,
            "num_mel_bins": 64,
        },
    ),
    unusual=Case(
        "ASTModel",
        {
            "hidden_size": 192,
            "num_hidden_layers": 3,
            "num_attention_heads": 6,
            "intermediate_size": 200,
            "patch_size": 11,
            "initializer_range": 0.05,
            "hidden_act": "relu",
            "qkv_bias": False,
            "dtype": "bfloat16",
            "max_length": 70,
            "num_mel_bins": 40,
            "frequency_stride": 7,
            "time_stride": 9,
        },
    ),
    two_layers=Case(
        "ASTForAudioClassification",
        {
            "hidden_size": 160,
            "num_hidden_layers": 2,
            "num_attention_heads": 4,
            "intermediate_size": 320,
            "patch_size": 8,
            "max_length": 50,
            "num_mel_bins": 32,
            "num_labels": 7,
        },
    ),
    inputs=spectrograms,
)

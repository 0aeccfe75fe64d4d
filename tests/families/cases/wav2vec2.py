"""wav2vec 2.0 (Baevski et al. 2020)."""

from tests.families.family_cases import Case, FamilyCases
from tests.families.media import sound
from tests.families.speech_sizes import TWO_LAYERS, UNUSUAL, USUAL

CASES = FamilyCases(
    usual=Case(
        "Wav2Vec2ForPreTraining",
        {**USUAL, "num_codevectors_per_group": 50, "codevector_dim": 96, "proj_codevector_dim": 64},
    ),
    unusual=Case(
        "Wav2Vec2ForCTC",
        {
            **UNUSUAL,
            "add_adapter": True,
            "num_adapter_layers": 2,
            "output_hidden_size": 100,
            "adapter_attn_dim": 24,
        },
    ),
    two_layers=Case(
        "Wav2Vec2ForXVector",
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
            "Wav2Vec2ForPreTraining",
            {
                **UNUSUAL,
                "num_codevectors_per_group": 50,
                "codevector_dim": 96,
                "proj_codevector_dim": 64,
                "num_codevector_groups": 3,
            },
        ),
        Case(
            "Wav2Vec2ForSequenceClassification",
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
            "Wav2Vec2Model",
            {**USUAL, "hidden_size": 128, "num_hidden_layers": 2, "num_attention_heads": 4},
        ),
        Case(
            "Wav2Vec2ForAudioFrameClassification",
            {**TWO_LAYERS, "num_labels": 40},
        ),
    ),
    inputs=sound,
)

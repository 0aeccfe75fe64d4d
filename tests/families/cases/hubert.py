"""HuBERT (Hsu et al. 2021)."""

from tests.families.family_cases import Case, FamilyCases
from tests.families.media import sound
from tests.families.speech_sizes import TWO_LAYERS, UNUSUAL, USUAL

CASES = FamilyCases(
    usual=Case(
        "HubertForCTC",
        USUAL,
    ),
    unusual=Case(
        "HubertModel",
        {**UNUSUAL, "feat_proj_layer_norm": False},
    ),
    two_layers=Case(
        "HubertForSequenceClassification",
        {**TWO_LAYERS, "classifier_proj_size": 80, "num_labels": 40},
    ),
    more=(
        Case(
            "HubertModel",
            {
                **USUAL,
                "hidden_size": 128,
                "num_hidden_layers": 2,
                "num_attention_heads": 4,
                "conv_pos_batch_norm": True,
            },
        ),
        Case(
            "HubertForCTC",
            {**UNUSUAL, "adapter_attn_dim": 24},
        ),
    ),
    inputs=sound,
)

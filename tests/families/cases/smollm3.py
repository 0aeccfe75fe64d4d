"""SmolLM3 (Hugging Face 2025)."""

from tests.families.decoder_sizes import TWO_LAYERS, UNUSUAL, USUAL
from tests.families.family_cases import Case, FamilyCases

CASES = FamilyCases(
    usual=Case(
        "SmolLM3ForCausalLM",
        {**USUAL, "pad_token_id": 1030, "num_key_value_heads": 3},
    ),
    unusual=Case(
        "SmolLM3ForCausalLM",
        {
            **UNUSUAL,
            "num_key_value_heads": None,
            "pad_token_id": 5,
            "tie_word_embeddings": False,
            "attention_bias": True,
            "mlp_bias": True,
            "no_rope_layers": [0, 1, 1],
            "use_sliding_window": True,
            "sliding_window": 8,
            "head_dim": 40,
        },
    ),
    two_layers=Case(
        "SmolLM3ForSequenceClassification",
        {**TWO_LAYERS, "pad_token_id": 0, "num_labels": 3},
    ),
    more=(
        Case(
            "SmolLM3Model", {**USUAL, "num_hidden_layers": 2, "num_key_value_heads": 3, "pad_token_id": 1030}
        ),
        Case(
            "SmolLM3ForTokenClassification",
            {**TWO_LAYERS, "num_attention_heads": 6, "num_labels": 24, "pad_token_id": 1030},
        ),
    ),
)

"""SigLIP's tower for text (Zhai et al. 2023)."""

from tests.families.family_cases import Case, FamilyCases

CASES = FamilyCases(
    usual=Case(
        "SiglipTextModel",
        {
            "vocab_size": 1031,
            "hidden_size": 192,
            "intermediate_size": 768,
            "num_hidden_layers": 4,
            "num_attention_heads": 3,
        },
    ),
    unusual=Case(
        "SiglipTextModel",
        {
            "vocab_size": 1031,
            "hidden_size": 192,
            "intermediate_size": 200,
            "num_hidden_layers": 3,
            "num_attention_heads": 6,
            "max_position_embeddings": 50,
            "hidden_act": "relu",
            "projection_size": 100,
            "pad_token_id": 5,
            "dtype": "bfloat16",
        },
    ),
    two_layers=Case(
        "SiglipTextModel",
        {
            "vocab_size": 523,
            "hidden_size": 160,
            "intermediate_size": 512,
            "num_hidden_layers": 2,
            "num_attention_heads": 4,
        },
    ),
)

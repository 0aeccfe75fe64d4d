"""CLIP's tower for text (Radford et al. 2021)."""

from tests.families.family_cases import Case, FamilyCases

CASES = FamilyCases(
    usual=Case(
        "CLIPTextModelWithProjection",
        {
            "vocab_size": 1031,
            "hidden_size": 192,
            "intermediate_size": 768,
            "num_hidden_layers": 4,
            "num_attention_heads": 3,
            "eos_token_id": 2,
            "projection_dim": 160,
        },
    ),
    unusual=Case(
        "CLIPTextModel",
        {
            "vocab_size": 1031,
            "hidden_size": 192,
            "intermediate_size": 200,
            "num_hidden_layers": 3,
            "num_attention_heads": 6,
            "max_position_embeddings": 50,
            "hidden_act": "gelu",
            "initializer_range": 0.07,
            "initializer_factor": 0.7,
            "pad_token_id": 5,
            "dtype": "bfloat16",
        },
    ),
    two_layers=Case(
        "CLIPTextModel",
        {
            "vocab_size": 523,
            "hidden_size": 160,
            "intermediate_size": 512,
            "num_hidden_layers": 2,
            "num_attention_heads": 4,
        },
    ),
)

"""Command R7B, which has Command R's layers."""

from tests.families.family_cases import Case, FamilyCases

COMMON = {"vocab_size": 1031, "hidden_size": 192, "intermediate_size": 320, "num_attention_heads": 6}

CASES = FamilyCases(
    usual=Case("Cohere2ForCausalLM", {**COMMON, "num_hidden_layers": 4, "pad_token_id": 0}),
    unusual=Case(
        "Cohere2ForCausalLM",
        {
            **COMMON,
            "num_hidden_layers": 3,
            "intermediate_size": 200,
            "num_key_value_heads": 2,
            "initializer_range": 0.05,
            "dtype": "bfloat16",
            "pad_token_id": None,
            "tie_word_embeddings": False,
            "attention_bias": True,
            "logit_scale": 0.5,
            "sliding_window": 8,
            "layer_types": ["full_attention", "sliding_attention", "full_attention"],
        },
    ),
    two_layers=Case(
        "Cohere2ForCausalLM",
        {
            **COMMON,
            "num_hidden_layers": 2,
            "num_attention_heads": 4,
            "num_key_value_heads": 2,
            "pad_token_id": 0,
            "sliding_window_pattern": 2,
        },
    ),
    more=(
        Case("Cohere2Model", {**COMMON, "num_hidden_layers": 2, "num_key_value_heads": 3, "pad_token_id": 0}),
    ),
)

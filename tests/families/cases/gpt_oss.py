"""gpt-oss (OpenAI 2025)."""

from tests.families.family_cases import Case, FamilyCases

CASES = FamilyCases(
    usual=Case(
        "GptOssForCausalLM",
        {
            "vocab_size": 1031,
            "hidden_size": 192,
            "intermediate_size": 192,
            "num_hidden_layers": 4,
            "num_attention_heads": 16,
            "num_key_value_heads": 2,
            "head_dim": 24,
            "num_local_experts": 8,
        },
    ),
    unusual=Case(
        "GptOssForCausalLM",
        {
            "vocab_size": 1031,
            "hidden_size": 192,
            "intermediate_size": 136,
            "num_hidden_layers": 3,
            "num_attention_heads": 6,
            "num_key_value_heads": 3,
            "head_dim": 40,
            "initializer_range": 0.05,
            "num_local_experts": 5,
            "num_experts_per_tok": 3,
            "sliding_window": 16,
            "layer_types": ["full_attention", "sliding_attention", "sliding_attention"],
            "attention_bias": False,
            "tie_word_embeddings": True,
            "pad_token_id": 5,
            "dtype": "bfloat16",
        },
    ),
    two_layers=Case(
        "GptOssForSequenceClassification",
        {
            "vocab_size": 1031,
            "hidden_size": 192,
            "intermediate_size": 80,
            "num_hidden_layers": 2,
            "num_attention_heads": 4,
            "num_key_value_heads": 4,
            "num_experts": 24,
            "num_labels": 3,
            "pad_token_id": 0,
        },
    ),
    more=(
        Case(
            "GptOssModel",
            {
                "vocab_size": 1031,
                "hidden_size": 96,
                "intermediate_size": 128,
                "num_hidden_layers": 2,
                "num_attention_heads": 8,
                "num_key_value_heads": 2,
                "num_local_experts": 4,
            },
        ),
    ),
)

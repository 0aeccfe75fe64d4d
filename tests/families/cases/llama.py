"""Llama (Touvron et al. 2023)."""

from tests.families.family_cases import Case, FamilyCases

CASES = FamilyCases(
    usual=Case(
        "LlamaForCausalLM",
        {
            "vocab_size": 1031,
            "hidden_size": 192,
            "intermediate_size": 512,
            "num_hidden_layers": 4,
            "num_attention_heads": 6,
        },
    ),
    unusual=Case(
        "LlamaForCausalLM",
        {
            "vocab_size": 1031,
            "hidden_size": 192,
            "intermediate_size": 200,
            "num_hidden_layers": 3,
            "num_attention_heads": 6,
            "num_key_value_heads": 2,
            "head_dim": 40,
            "initializer_range": 0.05,
            "attention_bias": True,
            "mlp_bias": True,
            "tie_word_embeddings": True,
            "pad_token_id": 5,
            "dtype": "bfloat16",
        },
    ),
    two_layers=Case(
        "LlamaForSequenceClassification",
        {
            "vocab_size": 1031,
            "hidden_size": 192,
            "intermediate_size": 512,
            "num_hidden_layers": 2,
            "num_attention_heads": 4,
            "num_key_value_heads": 2,
            "num_labels": 3,
            "pad_token_id": 0,
        },
    ),
    more=(
        Case(
            "LlamaModel",
            {
                "vocab_size": 1031,
                "hidden_size": 96,
                "intermediate_size": 128,
                "num_hidden_layers": 2,
                "num_attention_heads": 4,
            },
        ),
    ),
)

"""ERNIE 4.5 (Baidu 2025)."""

from tests.families.family_cases import Case, FamilyCases

CASES = FamilyCases(
    usual=Case(
        "Ernie4_5_MoeForCausalLM",
        {
            "vocab_size": 1031,
            "hidden_size": 192,
            "intermediate_size": 480,
            "moe_intermediate_size": 64,
            "num_hidden_layers": 3,
            "num_attention_heads": 8,
            "num_key_value_heads": 2,
            "moe_num_experts": 16,
        },
    ),
    unusual=Case(
        "Ernie4_5_MoeForCausalLM",
        {
            "vocab_size": 1031,
            "hidden_size": 192,
            "intermediate_size": 200,
            "moe_intermediate_size": 136,
            "num_hidden_layers": 5,
            "num_attention_heads": 6,
            "num_key_value_heads": 3,
            "initializer_range": 0.05,
            "moe_num_experts": 6,
            "moe_k": 3,
            "moe_num_shared_experts": 0,
            "moe_layer_start_index": 0,
            "moe_layer_end_index": 3,
            "moe_layer_interval": 2,
            "use_bias": True,
            "tie_word_embeddings": False,
            "pad_token_id": 5,
            "dtype": "bfloat16",
        },
    ),
    more=(
        Case(
            "Ernie4_5_MoeForCausalLM",
            {
                "vocab_size": 1031,
                "hidden_size": 192,
                "intermediate_size": 200,
                "moe_intermediate_size": 64,
                "num_hidden_layers": 2,
                "num_attention_heads": 4,
                "num_key_value_heads": 2,
                "moe_num_experts": 4,
                "moe_k": 2,
                "use_bias": True,
            },
        ),
    ),
    two_layers=Case(
        "Ernie4_5_MoeModel",
        {
            "vocab_size": 1031,
            "hidden_size": 192,
            "intermediate_size": 320,
            "moe_intermediate_size": 96,
            "num_hidden_layers": 2,
            "num_attention_heads": 4,
            "num_key_value_heads": 4,
            "num_experts": 8,
            "num_experts_per_tok": 2,
            "moe_layer_start_index": 0,
        },
    ),
)

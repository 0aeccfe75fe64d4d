"""GLM-4.5 (GLM-4.5 team 2025)."""

from tests.families.family_cases import Case, FamilyCases

CASES = FamilyCases(
    usual=Case(
        "Glm4MoeForCausalLM",
        {
            "vocab_size": 1031,
            "hidden_size": 192,
            "intermediate_size": 480,
            "moe_intermediate_size": 64,
            "num_hidden_layers": 3,
            "num_attention_heads": 12,
            "num_key_value_heads": 2,
            "head_dim": 32,
            "n_routed_experts": 16,
        },
    ),
    unusual=Case(
        "Glm4MoeForCausalLM",
        {
            "vocab_size": 1031,
            "hidden_size": 192,
            "intermediate_size": 200,
            "moe_intermediate_size": 136,
            "num_hidden_layers": 3,
            "num_attention_heads": 6,
            "num_key_value_heads": 3,
            "initializer_range": 0.05,
            "n_routed_experts": 6,
            "num_experts_per_tok": 3,
            "n_group": 2,
            "topk_group": 1,
            "n_shared_experts": 2,
            "first_k_dense_replace": 0,
            "norm_topk_prob": False,
            "routed_scaling_factor": 1.5,
            "attention_bias": True,
            "use_qk_norm": True,
            "num_mtp_layers": 2,
            "tie_word_embeddings": True,
            "pad_token_id": 5,
            "dtype": "bfloat16",
        },
    ),
    two_layers=Case(
        "Glm4MoeModel",
        {
            "vocab_size": 1031,
            "hidden_size": 192,
            "intermediate_size": 320,
            "moe_intermediate_size": 96,
            "num_hidden_layers": 2,
            "num_attention_heads": 4,
            "num_key_value_heads": 4,
            "num_local_experts": 8,
        },
    ),
)

"""OLMoE (Muennighoff et al. 2024)."""

from tests.families.family_cases import Case, FamilyCases

CASES = FamilyCases(
    usual=Case(
        "OlmoeForCausalLM",
        {
            "vocab_size": 1031,
            "hidden_size": 192,
            "intermediate_size": 192,
            "num_hidden_layers": 3,
            "num_attention_heads": 6,
            "num_experts": 8,
            "num_experts_per_tok": 3,
        },
    ),
    unusual=Case(
        "OlmoeForCausalLM",
        {
            "vocab_size": 1031,
            "hidden_size": 192,
            "intermediate_size": 136,
            "num_hidden_layers": 2,
            "num_attention_heads": 6,
            "num_key_value_heads": 2,
            "initializer_range": 0.05,
            "num_experts": 5,
            "num_experts_per_tok": 2,
            "norm_topk_prob": True,
            "attention_bias": True,
            "clip_qkv": 0.5,
            "tie_word_embeddings": True,
            "pad_token_id": 5,
            "dtype": "bfloat16",
        },
    ),
    two_layers=Case(
        "OlmoeModel",
        {
            "vocab_size": 1031,
            "hidden_size": 192,
            "intermediate_size": 96,
            "num_hidden_layers": 2,
            "num_attention_heads": 4,
            "num_local_experts": 9,
            "pad_token_id": None,
        },
    ),
)

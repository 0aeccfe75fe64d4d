"""DeepSeek-V3 (DeepSeek-AI 2024)."""

from tests.families.family_cases import Case, FamilyCases
from tests.families.latent_sizes import TWO_LAYERS, UNUSUAL, USUAL

CASES = FamilyCases(
    usual=Case(
        "DeepseekV3ForCausalLM",
        {**USUAL, "num_key_value_heads": 6, "num_hidden_layers": 4, "n_group": 8},
    ),
    unusual=Case(
        "DeepseekV3ForCausalLM",
        {
            **UNUSUAL,
            "n_shared_experts": 2,
            "norm_topk_prob": False,
            "rope_interleave": False,
            "num_mtp_layers": 2,
        },
    ),
    two_layers=Case(
        "DeepseekV3ForSequenceClassification",
        {
            **TWO_LAYERS,
            "num_key_value_heads": 6,
            "num_local_experts": 8,
            "n_group": 4,
            "topk_group": 2,
            "first_k_dense_replace": 0,
        },
    ),
    more=(
        Case(
            "DeepseekV3Model",
            {
                **USUAL,
                "intermediate_size": 128,
                "moe_intermediate_size": 64,
                "num_hidden_layers": 2,
                "num_key_value_heads": 6,
                "q_lora_rank": 64,
                "n_routed_experts": 8,
                "num_experts_per_tok": 2,
                "first_k_dense_replace": 5,
            },
        ),
    ),
)

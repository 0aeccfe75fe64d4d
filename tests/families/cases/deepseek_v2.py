"""DeepSeek-V2 (DeepSeek-AI 2024)."""

from tests.families.family_cases import Case, FamilyCases
from tests.families.latent_sizes import TWO_LAYERS, UNUSUAL, USUAL

CASES = FamilyCases(
    usual=Case(
        "DeepseekV2ForCausalLM",
        {**USUAL, "num_hidden_layers": 3, "num_experts_per_tok": 6, "first_k_dense_replace": 1},
    ),
    unusual=Case(
        "DeepseekV2ForCausalLM",
        {
            **UNUSUAL,
            "topk_method": "group_limited_greedy",
            "n_shared_experts": 1,
            "norm_topk_prob": True,
            "mlp_bias": True,
        },
    ),
    two_layers=Case(
        "DeepseekV2ForSequenceClassification",
        {**TWO_LAYERS, "num_experts": 8},
    ),
    more=(
        Case(
            "DeepseekV2Model",
            {
                **USUAL,
                "intermediate_size": 128,
                "moe_intermediate_size": 64,
                "num_hidden_layers": 2,
                "q_lora_rank": 64,
                "n_routed_experts": 8,
                "num_experts_per_tok": 2,
            },
        ),
    ),
)

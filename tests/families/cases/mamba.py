"""Mamba (Gu & Dao 2023)."""

from tests.families.family_cases import Case, FamilyCases

CASES = FamilyCases(
    usual=Case(
        "MambaForCausalLM",
        {"vocab_size": 1031, "hidden_size": 192, "num_hidden_layers": 3},
    ),
    unusual=Case(
        "MambaForCausalLM",
        {
            "vocab_size": 1031,
            "hidden_size": 192,
            "num_hidden_layers": 3,
            "state_size": 7,
            "expand": 3,
            "conv_kernel": 3,
            "use_bias": True,
            "use_conv_bias": False,
            "initializer_range": 0.05,
            "time_step_rank": 20,
            "time_step_scale": 2.0,
            "time_step_min": 0.002,
            "time_step_max": 0.5,
            "time_step_init_scheme": "constant",
            "rescale_prenorm_residual": True,
            "residual_in_fp32": False,
            "tie_word_embeddings": False,
            "pad_token_id": 5,
            "dtype": "bfloat16",
        },
    ),
    two_layers=Case(
        "MambaModel",
        {"vocab_size": 1031, "hidden_size": 192, "num_hidden_layers": 2, "time_step_rank": "auto"},
    ),
)

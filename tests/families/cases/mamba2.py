"""Mamba-2 (Dao & Gu 2024)."""

from tests.families.family_cases import Case, FamilyCases

CASES = FamilyCases(
    usual=Case(
        "Mamba2ForCausalLM",
        {
            "vocab_size": 1031,
            "hidden_size": 192,
            "num_hidden_layers": 4,
            "num_heads": 24,
            "head_dim": 16,
            "state_size": 32,
            "chunk_size": 16,
        },
    ),
    unusual=Case(
        "Mamba2ForCausalLM",
        {
            "vocab_size": 1031,
            "hidden_size": 192,
            "num_hidden_layers": 3,
            "num_heads": 96,
            "head_dim": 6,
            "state_size": 20,
            "n_groups": 2,
            "expand": 3,
            "conv_kernel": 3,
            "use_bias": True,
            "use_conv_bias": False,
            "initializer_range": 0.05,
            "time_step_min": 0.002,
            "time_step_max": 0.5,
            "rescale_prenorm_residual": True,
            "residual_in_fp32": False,
            "chunk_size": 16,
            "tie_word_embeddings": True,
            "pad_token_id": 5,
            "dtype": "bfloat16",
        },
    ),
    two_layers=Case(
        "Mamba2Model",
        {
            "vocab_size": 1031,
            "hidden_size": 192,
            "num_hidden_layers": 2,
            "num_heads": 48,
            "head_dim": 8,
            "state_size": 16,
            "n_groups": 1,
            "chunk_size": 16,
        },
    ),
)

"""XGLM (Lin et al. 2021)."""

from tests.families.family_cases import Case, FamilyCases

SIZES = {"vocab_size": 1031, "d_model": 192, "ffn_dim": 768, "num_layers": 4, "attention_heads": 6}
UNUSUAL = {
    "ffn_dim": 200,
    "num_layers": 3,
    "activation_function": "relu",
    "init_std": 0.05,
    "scale_embedding": False,
    "add_cross_attention": True,
    "tie_word_embeddings": False,
    "pad_token_id": 0,
    "dtype": "bfloat16",
}

CASES = FamilyCases(
    usual=Case("XGLMForCausalLM", SIZES),
    unusual=Case("XGLMForCausalLM", {**SIZES, **UNUSUAL}),
    two_layers=Case("XGLMModel", {**SIZES, "num_layers": 2, "d_model": 96, "pad_token_id": None}),
)

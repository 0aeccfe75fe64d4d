"""CodeGen (Nijkamp et al. 2022)."""

from tests.families.family_cases import Case, FamilyCases

SIZES = {"vocab_size": 1031, "n_positions": 128, "n_embd": 192, "n_layer": 4, "n_head": 8, "rotary_dim": 16}
UNUSUAL = {
    "n_layer": 3,
    "n_head": 4,
    "n_inner": 200,
    "activation_function": "relu",
    "initializer_range": 0.05,
    "tie_word_embeddings": True,
    "pad_token_id": 5,
    "dtype": "bfloat16",
}

CASES = FamilyCases(
    usual=Case("CodeGenForCausalLM", SIZES),
    unusual=Case("CodeGenForCausalLM", {**SIZES, **UNUSUAL}),
    two_layers=Case("CodeGenModel", {**SIZES, "n_layer": 2, "n_embd": 96, "n_head": 4}),
)

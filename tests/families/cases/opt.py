"""OPT (Zhang et al. 2022)."""

from tests.families.family_cases import Case, FamilyCases

SIZES = {
    "vocab_size": 1031,
    "hidden_size": 192,
    "ffn_dim": 768,
    "num_hidden_layers": 4,
    "num_attention_heads": 6,
    "max_position_embeddings": 128,
}
UNUSUAL = {
    "ffn_dim": 200,
    "num_hidden_layers": 3,
    "activation_function": "gelu",
    "init_std": 0.05,
    "word_embed_proj_dim": 120,
    "do_layer_norm_before": False,
    "layer_norm_elementwise_affine": False,
    "enable_bias": False,
    "tie_word_embeddings": False,
    "pad_token_id": None,
    "dtype": "bfloat16",
}
TWO_LAYERS = {"num_hidden_layers": 2, "num_attention_heads": 4, "num_labels": 3, "pad_token_id": 0}

CASES = FamilyCases(
    usual=Case("OPTForCausalLM", SIZES),
    unusual=Case("OPTForCausalLM", {**SIZES, **UNUSUAL}),
    two_layers=Case("OPTForSequenceClassification", {**SIZES, **TWO_LAYERS}),
    more=(
        Case("OPTModel", {**SIZES, "num_hidden_layers": 2, "hidden_size": 96, "word_embed_proj_dim": 40}),
        Case("OPTForCausalLM", {**SIZES, "num_hidden_layers": 1, "_remove_final_layer_norm": True}),
        Case("OPTForQuestionAnswering", {**SIZES, "num_hidden_layers": 1, "enable_bias": False}),
    ),
)

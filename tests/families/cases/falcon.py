"""Falcon (Almazrouei et al. 2023)."""

from tests.families.family_cases import Case, FamilyCases

SIZES = {"vocab_size": 1031, "hidden_size": 192, "num_hidden_layers": 4, "num_attention_heads": 6}
UNUSUAL = {
    "num_hidden_layers": 3,
    "num_attention_heads": 12,
    "num_kv_heads": 4,
    "ffn_hidden_size": 200,
    "activation": "relu",
    "initializer_range": 0.05,
    "new_decoder_architecture": True,
    "multi_query": False,
    "bias": True,
    "tie_word_embeddings": False,
    "pad_token_id": 5,
    "dtype": "bfloat16",
}
SEQUENTIAL = {"num_hidden_layers": 2, "alibi": True, "parallel_attn": False, "bias": True}
TWO_LAYERS = {"num_hidden_layers": 2, "num_attention_heads": 4, "num_labels": 3, "pad_token_id": 0}

CASES = FamilyCases(
    usual=Case("FalconForCausalLM", SIZES),
    unusual=Case("FalconForCausalLM", {**SIZES, **UNUSUAL}),
    two_layers=Case("FalconForSequenceClassification", {**SIZES, **TWO_LAYERS}),
    more=(
        Case("FalconForCausalLM", {**SIZES, **SEQUENTIAL}),
        Case("FalconForCausalLM", {**SIZES, "num_hidden_layers": 2, "multi_query": False}),
        Case("FalconForCausalLM", {**SIZES, **UNUSUAL, "num_ln_in_parallel_attn": 1}),
        Case("FalconModel", {**SIZES, "num_hidden_layers": 2, "hidden_size": 96}),
        Case("FalconForTokenClassification", {**SIZES, "num_hidden_layers": 1, "num_labels": 5}),
        Case("FalconForQuestionAnswering", {**SIZES, "num_hidden_layers": 1}),
    ),
)

"""MPT (MosaicML 2023)."""

from tests.families.family_cases import Case, FamilyCases

SIZES = {"vocab_size": 1031, "d_model": 192, "n_layers": 4, "n_heads": 6, "max_seq_len": 128}
UNUSUAL = {
    "n_layers": 3,
    "n_heads": 12,
    "expansion_ratio": 2,
    "initializer_range": 0.05,
    "learned_pos_emb": False,
    "no_bias": False,
    "attn_config": {
        "attn_type": "multiquery_attention",
        "alibi": False,
        "clip_qkv": 6.0,
        "prefix_lm": True,
        "qk_ln": True,
        "softmax_scale": 0.2,
    },
    "tie_word_embeddings": False,
    "pad_token_id": 5,
    "dtype": "bfloat16",
}
TWO_LAYERS = {"n_layers": 2, "n_heads": 4, "num_labels": 3, "pad_token_id": 0}

CASES = FamilyCases(
    usual=Case("MptForCausalLM", SIZES),
    unusual=Case("MptForCausalLM", {**SIZES, **UNUSUAL}),
    two_layers=Case("MptForSequenceClassification", {**SIZES, **TWO_LAYERS}),
    more=(
        Case("MptModel", {**SIZES, "n_layers": 2, "d_model": 96, "n_heads": 4}),
        Case("MptForTokenClassification", {**SIZES, "n_layers": 1, "num_labels": 5}),
        Case("MptForQuestionAnswering", {**SIZES, "n_layers": 1}),
    ),
)

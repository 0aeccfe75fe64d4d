"""DeBERTa-v2 (He et al. 2021): at the ratios of version 3, with each part of version 2, and without relative positions."""

from tests.families.family_cases import Case, FamilyCases

SIZES = {
    "vocab_size": 1031,
    "hidden_size": 96,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 160,
}

CASES = FamilyCases(
    usual=Case(
        "DebertaV2ForMaskedLM",
        {
            "vocab_size": 1031,
            "hidden_size": 192,
            "num_hidden_layers": 4,
            "num_attention_heads": 6,
            "intermediate_size": 768,
            "relative_attention": True,
            "position_buckets": 32,
            "norm_rel_ebd": "layer_norm",
            "share_att_key": True,
            "pos_att_type": "p2c|c2p",
            "position_biased_input": False,
        },
    ),
    unusual=Case(
        "DebertaV2ForMaskedLM",
        {
            "vocab_size": 1031,
            "hidden_size": 192,
            "num_hidden_layers": 3,
            "num_attention_heads": 4,
            "intermediate_size": 200,
            "hidden_act": "relu",
            "embedding_size": 128,
            "max_position_embeddings": 60,
            "max_relative_positions": 70,
            "type_vocab_size": 3,
            "relative_attention": True,
            "pos_att_type": ["c2p", "p2c"],
            "conv_kernel_size": 3,
            "conv_groups": 2,
            "conv_act": "gelu",
            "initializer_range": 0.05,
            "layer_norm_eps": 1e-5,
            "pad_token_id": 4,
            "tie_word_embeddings": False,
            "dtype": "bfloat16",
        },
    ),
    two_layers=Case(
        "DebertaV2ForSequenceClassification",
        {
            "vocab_size": 1031,
            "hidden_size": 192,
            "num_hidden_layers": 2,
            "num_attention_heads": 6,
            "intermediate_size": 768,
            "num_labels": 3,
            "pooler_hidden_act": "tanh",
        },
    ),
    more=(
        Case(
            "DebertaV2Model",
            {**SIZES, "relative_attention": True, "pos_att_type": ["c2p"], "pad_token_id": None},
        ),
        Case("DebertaV2ForMaskedLM", {**SIZES, "legacy": False}),
        Case("DebertaV2ForTokenClassification", {**SIZES, "num_labels": 7}),
        Case("DebertaV2ForQuestionAnswering", SIZES),
    ),
)

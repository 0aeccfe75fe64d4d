"""ModernBERT (Warner et al. 2024)."""

from tests.families.family_cases import Case, FamilyCases

CASES = FamilyCases(
    usual=Case(
        "ModernBertForMaskedLM",
        {
            "vocab_size": 1031,
            "hidden_size": 192,
            "intermediate_size": 288,
            "num_hidden_layers": 4,
            "num_attention_heads": 6,
            "pad_token_id": 1003,
        },
    ),
    unusual=Case(
        "ModernBertForMaskedLM",
        {
            "vocab_size": 1031,
            "hidden_size": 192,
            "intermediate_size": 200,
            "num_hidden_layers": 3,
            "num_attention_heads": 4,
            "hidden_activation": "silu",
            "classifier_activation": "relu",
            "initializer_range": 0.05,
            "initializer_cutoff_factor": 1.5,
            "norm_bias": True,
            "attention_bias": True,
            "mlp_bias": True,
            "classifier_bias": True,
            "decoder_bias": False,
            "tie_word_embeddings": False,
            "pad_token_id": 5,
            "layer_types": ["sliding_attention", "full_attention", "sliding_attention"],
            "local_attention": 16,
            "dtype": "bfloat16",
        },
    ),
    two_layers=Case(
        "ModernBertForSequenceClassification",
        {
            "vocab_size": 1031,
            "hidden_size": 192,
            "intermediate_size": 288,
            "num_hidden_layers": 2,
            "num_attention_heads": 6,
            "classifier_pooling": "mean",
            "pad_token_id": None,
            "num_labels": 300,
        },
    ),
    more=(
        Case(
            "ModernBertModel",
            {
                "vocab_size": 1031,
                "hidden_size": 96,
                "intermediate_size": 160,
                "num_hidden_layers": 2,
                "num_attention_heads": 4,
                "pad_token_id": 0,
            },
        ),
        Case(
            "ModernBertForTokenClassification",
            {
                "vocab_size": 1031,
                "hidden_size": 96,
                "intermediate_size": 160,
                "num_hidden_layers": 2,
                "num_attention_heads": 4,
                "pad_token_id": 0,
                "num_labels": 7,
            },
        ),
    ),
)

"""mT5 (Xue et al. 2021)."""

from tests.families.family_cases import Case, FamilyCases
from tests.families.inputs import two_sequences

SIZES = {"vocab_size": 1031, "d_model": 192, "d_kv": 16, "d_ff": 480, "num_layers": 2, "num_heads": 12}

CASES = FamilyCases(
    usual=Case("MT5ForConditionalGeneration", SIZES),
    unusual=Case(
        "MT5ForQuestionAnswering",
        {
            "vocab_size": 1031,
            "d_model": 192,
            "d_kv": 20,
            "d_ff": 200,
            "num_layers": 3,
            "num_decoder_layers": 2,
            "num_heads": 12,
            "relative_attention_num_buckets": 48,
            "initializer_factor": 0.5,
            "feed_forward_proj": "relu",
            "tie_word_embeddings": False,
            "dtype": "bfloat16",
        },
    ),
    two_layers=Case("MT5EncoderModel", SIZES),
    more=(
        Case("MT5Model", SIZES),
        Case("MT5ForSequenceClassification", {**SIZES, "num_labels": 7, "decoder_start_token_id": 0}),
        Case("MT5ForTokenClassification", {**SIZES, "num_labels": 40}),
    ),
    inputs=two_sequences,
)

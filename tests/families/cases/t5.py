"""T5 (Raffel et al. 2020)."""

from tests.families.family_cases import Case, FamilyCases
from tests.families.inputs import two_sequences

SIZES = {"vocab_size": 1031, "d_model": 192, "d_kv": 16, "d_ff": 768, "num_layers": 2, "num_heads": 12}

CASES = FamilyCases(
    usual=Case("T5ForConditionalGeneration", {**SIZES, "num_layers": 3, "decoder_start_token_id": 0}),
    unusual=Case(
        "T5ForConditionalGeneration",
        {
            "vocab_size": 1031,
            "d_model": 192,
            "d_kv": 20,
            "d_ff": 200,
            "num_layers": 3,
            "num_decoder_layers": 2,
            "num_heads": 12,
            "relative_attention_num_buckets": 48,
            "relative_attention_max_distance": 60,
            "initializer_factor": 0.5,
            "feed_forward_proj": "gated-gelu",
            "tie_word_embeddings": False,
            "dtype": "bfloat16",
        },
    ),
    two_layers=Case("T5EncoderModel", {**SIZES, "feed_forward_proj": "gated-silu"}),
    more=(
        Case("T5Model", {**SIZES, "num_decoder_layers": 3}),
        Case("T5ForSequenceClassification", {**SIZES, "num_labels": 7, "decoder_start_token_id": 0}),
        Case("T5ForTokenClassification", {**SIZES, "num_labels": 40}),
        Case("T5ForQuestionAnswering", {**SIZES, "num_decoder_layers": 3, "feed_forward_proj": "gelu"}),
    ),
    inputs=two_sequences,
)

"""M2M-100 (Fan et al. 2021)."""

from tests.families.family_cases import Case, FamilyCases
from tests.families.inputs import two_sequences

SIZES = {
    "vocab_size": 1031,
    "d_model": 192,
    "encoder_layers": 2,
    "encoder_attention_heads": 6,
    "encoder_ffn_dim": 512,
    "decoder_layers": 2,
    "decoder_attention_heads": 6,
    "decoder_ffn_dim": 512,
}

CASES = FamilyCases(
    usual=Case("M2M100ForConditionalGeneration", {**SIZES, "encoder_layers": 3}),
    unusual=Case(
        "M2M100ForConditionalGeneration",
        {
            "vocab_size": 1031,
            "d_model": 192,
            "encoder_layers": 3,
            "encoder_attention_heads": 4,
            "encoder_ffn_dim": 200,
            "decoder_layers": 2,
            "decoder_attention_heads": 8,
            "decoder_ffn_dim": 300,
            "activation_function": "gelu",
            "max_position_embeddings": 60,
            "init_std": 0.05,
            "scale_embedding": False,
            "pad_token_id": 7,
            "tie_word_embeddings": False,
            "dtype": "bfloat16",
        },
    ),
    two_layers=Case("M2M100Model", SIZES),
    inputs=two_sequences,
)

"""Whisper (Radford et al. 2022)."""

from tests.families.family_cases import Case, FamilyCases
from tests.families.inputs import speech

SIZES = {
    "vocab_size": 1031,
    "num_mel_bins": 20,
    "encoder_layers": 2,
    "encoder_attention_heads": 6,
    "encoder_ffn_dim": 512,
    "decoder_layers": 2,
    "decoder_attention_heads": 6,
    "decoder_ffn_dim": 512,
    "d_model": 192,
    "max_source_positions": 50,
    "max_target_positions": 60,
    "pad_token_id": 1002,
    "bos_token_id": 1002,
    "eos_token_id": 1002,
    "decoder_start_token_id": 1003,
}

CASES = FamilyCases(
    usual=Case("WhisperForConditionalGeneration", {**SIZES, "encoder_layers": 3}),
    unusual=Case(
        "WhisperForConditionalGeneration",
        {
            **SIZES,
            "num_mel_bins": 33,
            "encoder_layers": 3,
            "encoder_attention_heads": 4,
            "encoder_ffn_dim": 200,
            "decoder_attention_heads": 8,
            "decoder_ffn_dim": 300,
            "activation_function": "relu",
            "init_std": 0.05,
            "scale_embedding": True,
            "pad_token_id": 7,
            "tie_word_embeddings": False,
            "dtype": "bfloat16",
        },
    ),
    two_layers=Case(
        "WhisperForAudioClassification",
        {**SIZES, "use_weighted_layer_sum": True, "classifier_proj_size": 100, "num_labels": 7},
    ),
    more=(
        Case("WhisperModel", SIZES),
        Case("WhisperForCausalLM", {**SIZES, "decoder_attention_heads": 4}),
        Case("WhisperForAudioClassification", {**SIZES, "num_labels": 3}),
    ),
    inputs=speech,
)

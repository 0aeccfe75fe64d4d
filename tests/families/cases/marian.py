"""Marian (Junczys-Dowmunt et al. 2018)."""

from tests.families.family_cases import Case, FamilyCases
from tests.families.inputs import two_sequences
from tests.families.translation_sizes import TWO_LAYERS, UNUSUAL, USUAL

SIZES = {**TWO_LAYERS, "pad_token_id": 1003, "decoder_start_token_id": 1003}

CASES = FamilyCases(
    usual=Case("MarianMTModel", {**USUAL, "pad_token_id": 1003, "decoder_start_token_id": 1003}),
    unusual=Case(
        "MarianMTModel",
        {
            **UNUSUAL,
            "activation_function": "relu",
            "scale_embedding": True,
            "share_encoder_decoder_embeddings": False,
            "decoder_vocab_size": 1011,
        },
    ),
    two_layers=Case("MarianModel", SIZES),
    more=(
        Case(
            "MarianForCausalLM",
            {**USUAL, "decoder_layers": 3, "pad_token_id": 1003, "decoder_start_token_id": 1003},
        ),
        Case(
            "MarianMTModel",
            {
                **TWO_LAYERS,
                "pad_token_id": 5,
                "decoder_start_token_id": 1003,
                "share_encoder_decoder_embeddings": False,
                "decoder_vocab_size": 1011,
            },
        ),
    ),
    inputs=two_sequences,
)

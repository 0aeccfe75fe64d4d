"""Configs whose fields contradict each other, or are no numbers that a layer can have: one line says what is wrong."""

from __future__ import annotations

import json
from typing import Any

import pytest

from winitgen.configs.conversion import convert
from winitgen.errors import SpecError

ROWS: list[tuple[str, dict[str, Any], str]] = [
    ("gpt2", {"n_embd": 30, "n_head": 4}, "n_embd: 30 is no multiple of n_head, 4"),
    ("gptj", {"n_embd": 30, "n_head": 4}, "n_embd: 30 is no multiple of n_head, 4"),
    ("bloom", {"n_embed": 30, "n_head": 4}, "n_embed: 30 is no multiple of n_head, 4"),
    ("mpt", {"d_model": 30, "n_heads": 4}, "d_model: 30 is no multiple of n_heads, 4"),
    ("xglm", {"d_model": 30, "attention_heads": 4}, "d_model: 30 is no multiple of attention_heads, 4"),
    ("gpt_neox", {"hidden_size": 30}, "hidden_size: 30 is no multiple of num_attention_heads, 64"),
    ("opt", {"hidden_size": 30}, "hidden_size: 30 is no multiple of num_attention_heads, 12"),
    ("gpt_neo", {"hidden_size": 30}, "hidden_size: 30 is no multiple of num_heads, 16"),
    ("gpt_neo", {"num_layers": 2}, "attention_types: it says 24 layers, and num_layers is 2"),
    (
        "gpt_neo",
        {"attention_types": [["global", 12]]},
        "attention_types: expected a list of which each item is a list of which each item is a list, not [['global', 12]]",
    ),
    ("phi3", {"num_key_value_heads": 5}, "num_key_value_heads: 5 does not divide num_attention_heads, 32"),
    (
        "phi",
        {"qk_layernorm": True, "head_dim": 40},
        "qk_layernorm: its norms have hidden_size / num_attention_heads features, and head_dim is 40",
    ),
    (
        "falcon",
        {"new_decoder_architecture": True, "num_kv_heads": 8},
        "num_kv_heads: 8 does not divide num_attention_heads, 71",
    ),
    (
        "falcon",
        {"new_decoder_architecture": True, "parallel_attn": False},
        (
            "parallel_attn: the library cannot compute a model of new_decoder_architecture without parallel_attn; "
            "it must be true"
        ),
    ),
    (
        "falcon",
        {"num_ln_in_parallel_attn": 2},
        "num_ln_in_parallel_attn: expected 1, or 2 with new_decoder_architecture, not 2",
    ),
    (
        "gpt_bigcode",
        {"add_cross_attention": True},
        "add_cross_attention: the library has no attention to an encoder with multi_query; one of them must be false",
    ),
    ("opt", {"pad_token_id": -1}, "pad_token_id: expected a whole number from 0 to 2^40, not -1"),
    ("mpnet", {"hidden_size": 30}, "hidden_size: 30 is no multiple of num_attention_heads, 12"),
    (
        "mpnet",
        {"max_position_embeddings": 1},
        "vocab_size: row 1 of the tables is that of padding, and they have 30527 tokens and 1 positions",
    ),
    ("deberta-v2", {"hidden_size": 30}, "hidden_size: 30 is no multiple of num_attention_heads, 24"),
    ("deberta-v2", {"norm_rel_ebd": "rms"}, "norm_rel_ebd: expected none or layer_norm, not rms"),
    (
        "segformer",
        {"hidden_sizes": [32, 64]},
        (
            "hidden_sizes: 2 sizes and 4 numbers of heads, and not one for each of the stages, "
            "num_encoder_blocks = 4"
        ),
    ),
    (
        "segformer",
        {"depths": [1, 1, 1]},
        "depths: 3 depths, and not one for each of the stages, num_encoder_blocks = 4",
    ),
    ("lfm2", {"num_key_value_heads": 5}, "num_key_value_heads: 5 does not divide num_attention_heads, 32"),
    (
        "lfm2",
        {"pad_token_id": 65536},
        "pad_token_id: 65536 is no token of the vocabulary, whose size, vocab_size, is 65536",
    ),
    ("jamba", {"num_key_value_heads": 5}, "num_key_value_heads: 5 does not divide num_attention_heads, 32"),
    (
        "jamba",
        {"pad_token_id": 65536},
        "pad_token_id: 65536 is no token of the vocabulary, whose size, vocab_size, is 65536",
    ),
    ("jamba", {"attn_layer_offset": 8}, "attn_layer_offset: 8 is not below attn_layer_period, 8"),
    ("jamba", {"expert_layer_offset": 2}, "expert_layer_offset: 2 is not below expert_layer_period, 2"),
    ("jamba", {"num_experts_per_tok": 17}, "num_experts_per_tok: 17 is more than num_experts, 16"),
    ("bamba", {"num_key_value_heads": 5}, "num_key_value_heads: 5 does not divide num_attention_heads, 32"),
    (
        "bamba",
        {"pad_token_id": 128000},
        "pad_token_id: 128000 is no token of the vocabulary, whose size, vocab_size, is 128000",
    ),
    (
        "fnet",
        {"pad_token_id": 32000},
        "pad_token_id: 32000 is no token of the vocabulary, whose size, vocab_size, is 32000",
    ),
    (
        "bamba",
        {"mamba_d_head": 60},
        "mamba_d_head: 128 heads, mamba_n_heads, of 60 features are not mamba_expand * hidden_size, 8192",
    ),
    *(
        (
            name,
            {"architectures": [cls], "is_decoder": True},
            (
                f"is_decoder: the encoder of {cls} would be a decoder, whose tensors are not known here; "
                "only false is"
            ),
        )
        for name, cls in (
            ("t5", "T5EncoderModel"),
            ("t5", "T5ForTokenClassification"),
            ("mt5", "MT5EncoderModel"),
            ("umt5", "UMT5ForTokenClassification"),
        )
    ),
    (
        "t5",
        {"architectures": ["T5EncoderModel"], "layer_norm_epsilon": 0.0},
        "layer_norm_epsilon: expected a number above 0, at most 1, not 0",
    ),
    ("t5", {"layer_norm_epsilon": 1.5}, "layer_norm_epsilon: expected a number above 0, at most 1, not 1.5"),
    ("swin", {"num_layers": 3}, "num_layers: 3 contradicts depths, which has 4 stages; leave it out"),
    (
        "swin",
        {"num_hidden_layers": 3},
        "num_hidden_layers: 3 contradicts depths, which has 4 stages; leave it out",
    ),
    (
        "wav2vec2",
        {"architectures": ["Wav2Vec2ForXVector"], "tdnn_kernel": [5]},
        "tdnn_kernel: 1 kernels, and not one for each of the 5 layers of tdnn_dim",
    ),
    (
        "wav2vec2",
        {"architectures": ["Wav2Vec2ForPreTraining"], "codevector_dim": 15},
        "codevector_dim: 15 is no multiple of num_codevector_groups, 2",
    ),
    ("vit", {"image_size": [12, 32]}, "image_size: 12 is less than patch_size, 16"),
    ("vit", {"image_size": [32, 12]}, "image_size: 12 is less than patch_size, 16"),
    ("vit", {"image_size": [32, 32], "patch_size": [8, 40]}, "image_size: 32 is less than patch_size, 40"),
    (
        "vit",
        {"image_size": [32]},
        "image_size: expected a whole number from 1 to 2^40, or a list of two, the height and the width, not [32]",
    ),
    (
        "swin",
        {"patch_size": [4, 0]},
        "patch_size: expected a whole number from 1 to 2^40, or a list of two, the height and the width, not [4, 0]",
    ),
    (
        "beit",
        {"patch_size": [8, 8], "use_relative_position_bias": True},
        "patch_size: the library takes a list only without relative position biases; it must be a whole number",
    ),
    (
        "vit_mae",
        {"patch_size": [8, 8]},
        "patch_size: the library has no decoder for a list; it must be a whole number",
    ),
    (
        "vit_mae",
        {"image_size": [32, 48]},
        "image_size: the library builds no decoder of 6 patches, as many as no square has",
    ),
    (
        "yolos",
        {"patch_size": [8, 8]},
        "patch_size: the library takes a list only without use_mid_position_embeddings; it must be a whole number",
    ),
    (
        "yolos",
        {"patch_size": [8, 40], "image_size": [64, 32], "use_mid_position_embeddings": False},
        "image_size: expected a height of at least 8 and a width of at least 40, as patch_size says",
    ),
    *(
        (
            name,
            {"initializer_range": 0.0},
            (
                "initializer_range: the library cannot cut a normal distribution with a standard deviation of 0; "
                "it must be above 0"
            ),
        )
        for name in ("deit", "dinov2", "dinov2_with_registers", "ijepa", "modernbert", "vit")
    ),
]


@pytest.mark.parametrize(
    ("name", "fields", "message"), ROWS, ids=[f"{row[0]} {list(row[1])}" for row in ROWS]
)
def test_what_contradicts_is_refused(name: str, fields: dict[str, Any], message: str) -> None:
    """The mistake names the field and says what is wrong, in one line."""
    with pytest.raises(SpecError) as caught:
        convert(json.dumps({"model_type": name, **fields}).encode(), "config.json")

    (mistake,) = caught.value.mistakes
    assert f"{mistake.path}: {mistake.message}" == message


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("t5", {"architectures": ["T5Model"], "is_decoder": True}),
        ("t5", {"architectures": ["T5EncoderModel"], "is_decoder": False}),
        ("wav2vec2", {"architectures": ["Wav2Vec2Model"], "tdnn_kernel": [5]}),
        ("wavlm", {"architectures": ["WavLMModel"], "tdnn_kernel": [5]}),
        ("wav2vec2", {"architectures": ["Wav2Vec2ForCTC"], "codevector_dim": 15}),
        ("swin", {"num_layers": 4, "num_hidden_layers": 4}),
        ("vit_mae", {"architectures": ["ViTMAEModel"], "image_size": [32, 48], "patch_size": [8, 4]}),
        ("beit", {"patch_size": [8, 4]}),
    ],
)
def test_what_contradicts_in_another_class_alone_is_not_refused(name: str, fields: dict[str, Any]) -> None:
    """A check that concerns the tensors of one class holds for that class only."""
    assert [] == convert(json.dumps({"model_type": name, **fields}).encode(), "config.json").notes


def test_a_token_may_be_0_whatever_the_default_is() -> None:
    """OPT's padding is token 1 unless the config says otherwise, and 0 is a token too."""
    converted = convert(b'{"model_type": "opt", "pad_token_id": 0}', "config.json")

    assert "\n  pad_token_id: 0\n" in converted.text
    assert [] == converted.notes

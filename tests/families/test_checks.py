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


def test_a_token_may_be_0_whatever_the_default_is() -> None:
    """OPT's padding is token 1 unless the config says otherwise, and 0 is a token too."""
    converted = convert(b'{"model_type": "opt", "pad_token_id": 0}', "config.json")

    assert "\n  pad_token_id: 0\n" in converted.text
    assert [] == converted.notes

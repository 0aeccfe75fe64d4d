"""The default config of any model type, made smaller without knowing what its fields mean."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

Fields = dict[str, Any]

WIDTHS = re.compile(
    r"hidden_size|d_model|hidden_dim|embed_dim|dim|width|intermediate_size|ffn_dim|d_ff|n_embd|n_inner|embedding_size"
    r"|channels|.*_hidden_size|.*_intermediate_size|.*_ffn_dim|.*_dim_feedforward|dim_feedforward|d_inner|.*_d_ssm|projection_dim"
)
HEADS = re.compile(
    r"(.*_)?n_heads?|num_heads|num_attention_heads|num_key_value_heads|.*_attention_heads|kv_heads"
)
DEPTHS = re.compile(r"n_layers?|num_layers|num_hidden_layers|depth|.*_layers|num_blocks|num_hidden_groups")
EXPERTS = re.compile(r"n_routed_experts|num_experts|num_local_experts|moe_num_experts")
VOCABULARIES = re.compile(r"vocab_size|.*_vocab_size")


class Sizes(NamedTuple):
    """How small: the most layers, a divisor of widths and heads, and the most words and experts; 0 for no limit."""

    layers: int
    divisor: int
    words: int = 1031
    experts: int = 8


ATTEMPTS = (
    *(Sizes(layers, divisor) for divisor in (8, 4, 2, 1) for layers in (2, 4)),
    Sizes(2, 1, words=0),
    Sizes(4, 1, words=0, experts=0),
    Sizes(0, 1),
    Sizes(0, 1, words=0, experts=0),
)
"""What is tried, the smallest first and the default config as it is last."""


def smaller(fields: Fields, sizes: Sizes) -> Fields:
    """Return a config's fields, in all its sections, with numbers that are too large made smaller.

    A list with an entry for each layer is cut to as many.
    """
    depths = {
        value for key, value in fields.items() if _is_whole(value) and DEPTHS.fullmatch(key) and value > 0
    }
    found = dict(_smaller(fields, sizes))
    if not sizes.layers:
        return found
    for key, value in found.items():
        if isinstance(value, list) and len(value) in depths and len(value) > sizes.layers and len(value) > 4:
            found[key] = value[: sizes.layers]
    return found


def _smaller(fields: Fields, sizes: Sizes) -> Iterator[tuple[str, Any]]:
    for key, value in fields.items():
        if key == "per_layer_config" and isinstance(value, dict) and sizes.layers:
            yield key, {place: one for place, one in value.items() if int(place) < sizes.layers}
        elif isinstance(value, dict) and ("model_type" in value or key.endswith("_config")):
            yield key, smaller(value, sizes)
        elif _is_whole(value):
            yield key, _number(key, value, sizes)
        else:
            yield key, value


def _number(key: str, value: int, sizes: Sizes) -> int:
    """Return a size of a smaller model, if the field's name is that of a size."""
    for pattern, most in ((DEPTHS, sizes.layers), (EXPERTS, sizes.experts), (VOCABULARIES, sizes.words)):
        if pattern.fullmatch(key):
            return min(value, most) if most else value
    if WIDTHS.fullmatch(key) and value >= 64 and value % (8 * sizes.divisor) == 0:
        return value // sizes.divisor
    if HEADS.fullmatch(key) and value % sizes.divisor == 0:
        return value // sizes.divisor
    if sizes.words and key.endswith("_token_id") and value >= sizes.words:
        return sizes.words - 1
    return value


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)

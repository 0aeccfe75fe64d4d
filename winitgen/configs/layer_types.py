"""What the items of ``layer_types`` may be: the kinds of layers that transformers knows, one for each layer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from winitgen.spec.mistakes import show, suggest

FIELD, LAYERS = "layer_types", "num_hidden_layers"

KINDS = (
    *("full_attention", "sliding_attention", "chunked_attention", "window_attention", "indexed_attention"),
    *("compressed_sparse_attention", "heavily_compressed_attention", "minimax_m3_sparse", "conv", "moe"),
    *("hybrid", "hybrid_sliding", "reference_sliding_attention", "linear_attention"),
    *("attention", "mamba", "deepseek_sparse_attention", "qwen_sparse_attention"),
)
"""``ALLOWED_ATTN_LAYER_TYPES`` of transformers 5.23, and the names in older configs that it takes for some of them."""


def problem_of_kinds(kinds: Sequence[Any], layers: int) -> str:
    """Return what is wrong with the kinds of a model's layers, or nothing.

    >>> problem_of_kinds(["conv"], 2), problem_of_kinds(["convv", "conv"], 2)
    ('it has 1 item, and num_hidden_layers is 2', "unknown kind of layer 'convv'; did you mean 'conv'?")
    """
    unknown = next((kind for kind in kinds if kind not in KINDS), None)
    if unknown is not None:
        hint = suggest(str(unknown), KINDS) or f"; the kinds are {', '.join(KINDS)}"
        return f"unknown kind of layer {show(unknown)}{hint}"
    if len(kinds) != layers:
        return f"it has {len(kinds)} item{'' if len(kinds) == 1 else 's'}, and {LAYERS} is {layers}"
    return ""

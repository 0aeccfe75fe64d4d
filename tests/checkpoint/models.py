"""Small models that have every arrangement of tensors, and random indices."""

from __future__ import annotations

import random
from typing import Any

Spec = dict[str, Any]

MLP: Spec = {
    "input": 12,
    "layers": [
        {"name": "fc1", "type": "dense", "units": 17, "activation": "relu", "init": "he_uniform"},
        {"name": "fc2", "type": "dense", "units": 9, "init": "orthogonal", "bias_init": "normal"},
        {"name": "fc3", "type": "dense", "units": 7, "init": "truncated_normal"},
        {"name": "count", "type": "param", "shape": [], "dtype": "int64", "init": "zeros"},
        {"name": "mask", "type": "param", "shape": [3, 5], "dtype": "bool", "init": "ones"},
        {"name": "ids", "type": "param", "shape": [4, 6], "dtype": "int64", "init": {"scheme": "arange"}},
        {
            "name": "small",
            "type": "param",
            "shape": [4, 6],
            "dtype": "int8",
            "init": {"scheme": "integers", "low": 0, "high": 9},
        },
        {"name": "one", "type": "param", "shape": [], "init": "normal"},
    ],
}
CONVOLUTIONS: Spec = {
    "input": [3, 12, 12],
    "layers": [
        {"name": "conv", "type": "conv2d", "filters": 6, "kernel_size": 3, "activation": "relu"},
        {"name": "deep", "type": "depthwise_conv2d", "kernel_size": 3},
        {"name": "up", "type": "conv2d_transpose", "filters": 5, "kernel_size": 2},
        {"name": "norm", "type": "batch_norm"},
        {"name": "flat", "type": "flatten"},
        {"name": "fc", "type": "dense", "units": 8},
    ],
}

ATTENTION: Spec = {
    "input": {"tokens": 10},
    "layers": [
        {"name": "embed", "type": "embedding", "count": 30, "dim": 8, "padding_index": 3},
        {
            "name": "attn",
            "type": "multi_head_attention",
            "heads": 4,
            "bias_init": "normal",
        },
    ],
}

RECURRENT: Spec = {
    "input": [9, 5],
    "defaults": {"bias_init": "normal"},
    "layers": [
        {"name": "lstm", "type": "lstm", "units": 6, "bidirectional": True, "return_sequences": True},
        {"name": "gru", "type": "gru", "units": 4},
    ],
}

EXPERTS: Spec = {
    "input": [7, 6],
    "defaults": {"bias_init": "normal"},
    "layers": [{"name": "mlp", "type": "experts", "count": 3, "per_token": 2, "units": 5}],
}


def changed(spec: Spec, **options: Any) -> Spec:
    """Return a model whose last layer has other options."""
    return {**spec, "layers": [*spec["layers"][:-1], spec["layers"][-1] | options]}


STACKED = {"stacked": True, "fused": True}
MODELS: dict[str, Spec] = {
    "mlp": MLP,
    "convolutions": CONVOLUTIONS,
    "attention": ATTENTION,
    "fused": changed(ATTENTION, fused=True),
    "in_out": changed(ATTENTION, fused=True, stored="in_out"),
    "recurrent": RECURRENT,
    "lstm": {**RECURRENT, "layers": RECURRENT["layers"][:1]},
    "experts": EXPERTS,
    "stacked": changed(EXPERTS, **STACKED),
    "interleaved": changed(EXPERTS, **STACKED, interleaved=True, stored="in_out"),
}
LAYOUTS = ("torch", "keras", "flax", "nnx")


def random_index(shape: tuple[int, ...], drawn: random.Random) -> tuple[Any, ...]:
    """Return numbers, slices with steps of either sign, some of them empty, and now and then a ``...``."""
    parts: list[Any] = []
    for size in shape:
        low, high = sorted((drawn.randint(-size - 2, size + 2), drawn.randint(-size - 2, size + 2)))
        step = drawn.choice([1, 1, 2, 3, size + 1])
        kinds = [slice(None), slice(low, high, step), slice(None, None, -step), slice(high, low, -step)]
        parts.append(drawn.choice([*kinds, drawn.randrange(-size, size)] if size else kinds))
    if shape and drawn.random() < 0.3:
        parts[drawn.randrange(len(shape)) :] = [...]
    return tuple(parts)

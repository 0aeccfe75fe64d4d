"""The models whose bytes are recorded: every scheme on every kind of shape, and small files of every format."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

Spec = dict[str, Any]

DTYPES = (
    "float64",
    "float32",
    "float16",
    "bfloat16",
    "float8_e4m3fn",
    "float8_e5m2",
    "float8_e4m3fnuz",
    "float8_e5m2fnuz",
)

EDGES = (0, 1, 2**32 - 1, 2**32, 2**63, 2**64 - 1)
"""Seeds around the limits of 32 and 64 bits."""

# Fans differ everywhere, no size is a multiple of a vector register, and a scalar is among them.
_KINDS: dict[str, Spec] = {
    "dense": {"type": "dense", "inputs": 7, "units": 5},
    "wide": {"type": "dense", "inputs": 5, "units": 33},
    **{f"of{fan}": {"type": "dense", "inputs": fan, "units": 1} for fan in (669, 723, 730)},
    "conv1d": {"type": "conv1d", "inputs": 4, "filters": 6, "kernel_size": 3, "groups": 2},
    "conv2d": {"type": "conv2d", "inputs": 3, "filters": 4, "kernel_size": [3, 2]},
    "conv3d": {"type": "conv3d", "inputs": 2, "filters": 3, "kernel_size": [1, 2, 3]},
    "transposed": {"type": "conv2d_transpose", "inputs": 3, "filters": 4, "kernel_size": 2, "strides": 2},
    "depthwise": {"type": "depthwise_conv2d", "inputs": 3, "kernel_size": 3, "depth_multiplier": 2},
    "strided": {"type": "conv2d", "inputs": 5, "filters": 3, "kernel_size": 3, "strides": 2},
    "patches": {"type": "conv2d", "inputs": 2, "filters": 7, "kernel_size": 3, "strides": 3},
    "thinned": {"type": "depthwise_conv1d", "inputs": 5, "kernel_size": 5, "strides": 2},
    "upsampling": {"type": "conv2d_transpose", "inputs": 3, "filters": 3, "kernel_size": 5, "strides": 2},
    "shuffled": {"type": "conv2d", "inputs": 3, "filters": 12, "kernel_size": 3},
    "lstm": {"type": "lstm", "inputs": 3, "units": 7},
    "embedding": {"type": "embedding", "count": 11, "dim": 6},
    "scalar": {"type": "param", "shape": [], "fan_in": 3, "fan_out": 5},
    "vector": {"type": "param", "shape": [13], "fan_in": 13, "fan_out": 2},
    "matrix": {"type": "param", "shape": [3, 9], "fan_in": 9, "fan_out": 3},
    "window": {"type": "param", "shape": [12, 12]},
    "places": {"type": "param", "shape": [144]},
}

_BY_FANS = ("dense", "conv1d", "conv2d", "conv3d", "transposed", "depthwise", "scalar", "vector")
_ANY = ("dense", "wide", "conv2d", "embedding", "scalar", "vector")
# Fans of which C's pow(_, 0.5), of 2/669, 1/723 and 6/730, is not the square root.
_AWKWARD = {
    **dict.fromkeys(("he", "he_normal"), "of669"),
    **dict.fromkeys(("lecun", "lecun_normal"), "of723"),
    "he_uniform": "of730",
}
_CONVOLUTIONS = ("conv1d", "conv2d", "conv3d", "shuffled")

_FAMILIES = [
    f"{family}{ending}"
    for family in ("lecun", "xavier", "he")
    for ending in ("", "_normal", "_uniform", "_truncated_normal")
]

_Row = tuple[Any, tuple[str, ...]]

SCHEMES: dict[str, _Row] = {
    **{
        name: (name, (*_BY_FANS, *[kind for other, kind in _AWKWARD.items() if other == name]))
        for name in _FAMILIES
    },
    "xavier-strided": ("xavier", ("strided", "patches", "thinned")),
    "auto": ("auto", (*_BY_FANS[:-2], "lstm", "embedding")),
    "variance_scaling": ({"scheme": "variance_scaling", "scale": 3, "mode": "fan_out"}, _BY_FANS),
    "fixup": ({"scheme": "fixup", "blocks": 54, "depth": 3}, _BY_FANS),
    "deepnorm": ({"scheme": "deepnorm", "encoder_layers": 6}, _BY_FANS),
    "t_fixup": ({"scheme": "t_fixup", "decoder_layers": 6}, ("dense", "conv2d", "scalar", "embedding")),
    "siren": ({"scheme": "siren", "w0": 30}, _BY_FANS),
    "siren-first": ({"scheme": "siren", "first": True}, _BY_FANS),
    "mup": ({"scheme": "mup", "part": "hidden", "base_width": 4}, ("dense", "conv2d")),
    "normal": ("normal", _ANY),
    "normal-mean": ({"scheme": "normal", "mean": -0.3, "std": 0.02}, _ANY),
    "uniform": ({"scheme": "uniform", "low": -0.3, "high": 0.3}, _ANY),
    "uniform-uneven": ({"scheme": "uniform", "low": 0.1, "high": 0.7}, _ANY),
    "truncated_normal": ({"scheme": "truncated_normal", "std": 0.02}, _ANY),
    "truncated_normal-3": ({"scheme": "truncated_normal", "mean": 0.5, "bounds": 3, "correct": False}, _ANY),
    "truncated_normal-pair": ({"scheme": "truncated_normal", "std": 0.3, "bounds": [-1, 3]}, _ANY),
    "trunc_normal": ({"scheme": "trunc_normal", "mean": 0.1, "low": -1.5, "high": 2}, _ANY),
    "scaled_residual": ({"scheme": "scaled_residual", "layers": 12}, _ANY),
    "small_init": ({"scheme": "small_init", "width": 7}, _ANY),
    "wang_init": ({"scheme": "wang_init", "layers": 3, "width": 7}, _ANY),
    **{name: (name, _ANY) for name in ("zeros", "ones", "mamba_d")},
    **{name: (name, _ANY) for name in ("rezero", "skip_init", "zero_gamma", "fixup_zero")},
    "constant": ({"scheme": "constant", "value": 0.3}, _ANY),
    "layer_scale": ({"scheme": "layer_scale", "value": 0.1}, _ANY),
    "prior_bias": ("prior_bias", _ANY),
    "deepnorm_alpha": ({"scheme": "deepnorm_alpha", "decoder_layers": 7}, _ANY),
    "orthogonal": ("orthogonal", ("dense", "wide", "conv1d", "conv2d", "conv3d", "lstm", "matrix")),
    "orthogonal-gain": ({"scheme": "orthogonal", "gain": 1.7}, ("dense", "wide")),
    "delta_orthogonal": ("delta_orthogonal", _CONVOLUTIONS),
    "identity": ({"scheme": "identity", "gain": 0.9}, ("dense", "wide", "lstm", "matrix")),
    "dirac": ("dirac", _CONVOLUTIONS),
    "sparse": ({"scheme": "sparse", "nonzeros": 3, "direction": "incoming"}, ("dense", "wide")),
    "sparse-outgoing": ({"scheme": "sparse", "nonzeros": 4, "direction": "outgoing"}, ("dense", "wide")),
    "bilinear": ("bilinear", ("upsampling",)),
    "icnr": ({"scheme": "icnr", "upscale": 2}, ("shuffled",)),
    "icnr-uniform": ({"scheme": "icnr", "upscale": 2, "base": "xavier_uniform"}, ("shuffled",)),
    "forget_bias": ({"scheme": "forget_bias", "value": 1.5}, ("lstm",)),
    "chrono": ({"scheme": "chrono", "t_max": 784}, ("lstm",)),
    "mamba_a_log": ("mamba_a_log", ("matrix",)),
    "mamba_a_log-heads": ("mamba_a_log", ("vector",)),
    "mamba2_a_log": ("mamba2_a_log", ("vector", "matrix")),
    "mamba2_a_log-zero": ({"scheme": "mamba2_a_log", "low": 0}, ("vector",)),
    "integers": ({"scheme": "integers", "low": -3, "high": 5}, _ANY),
    "arange": ({"scheme": "arange", "start": -3.3, "step": 0.7}, ("vector", "matrix", "embedding")),
    "blocks": (
        {
            "scheme": "blocks",
            "sizes": [4, 8],
            "init": [{"scheme": "normal", "std": 0.3}, {"scheme": "listed", "values": [0.5, 1.25, 3.0]}],
        },
        ("window",),
    ),
    "blocks-columns": (
        {
            "scheme": "blocks",
            "axis": 1,
            "sizes": [5, 1, 6],
            "init": [
                {"scheme": "sparse", "nonzeros": 2, "direction": "outgoing"},
                "zeros",
                {"scheme": "uniform", "low": 0.1, "high": 0.7},
            ],
        },
        ("window",),
    ),
    "listed": ({"scheme": "listed", "values": [0.3, -1.7, 0.1]}, ("matrix", "embedding")),
    "listed-each": ({"scheme": "listed", "values": [0.7, 1e-3], "each": 3}, ("window", "places")),
    "frequencies": ({"scheme": "frequencies", "base": 700}, ("vector", "embedding", "places")),
    "frequencies-endpoint": (
        {"scheme": "frequencies", "start": 1, "endpoint": True},
        ("vector", "matrix"),
    ),
    "causal_mask": ({"scheme": "causal_mask", "below": 0.1, "above": -30.7}, ("matrix", "window")),
    "sinusoidal": ({"scheme": "sinusoidal", "start": 900}, ("embedding", "window")),
    "sinusoidal-grid": (
        {"scheme": "sinusoidal", "grid": [3, 4], "order": "halves", "start": 90},
        ("window",),
    ),
    "sinusoidal-halves": (
        {"scheme": "sinusoidal", "order": "halves", "endpoint": True, "base": 500},
        ("embedding", "window"),
    ),
    "relative_position_index": (
        {"scheme": "relative_position_index", "window": [3, 4]},
        ("window", "places"),
    ),
    "mamba_dt_bias": ("mamba_dt_bias", ("vector", "matrix")),
}
"""By a unique name that begins with the scheme's: its options in a spec, and its kinds of layer."""

_OF_BIASES = ("forget_bias", "chrono")

EDGE_SCHEMES = (
    "he",
    "xavier_uniform",
    "truncated_normal",
    "truncated_normal-pair",
    "sparse",
    "mamba_dt_bias",
    "integers",
)
"""Schemes that are also drawn from the edge seeds: every way from words to values."""


def _layer(name: str, kind: str) -> Spec:
    init = SCHEMES[name][0]
    layer: Spec = {"name": f"{name}.{kind}", **_KINDS[kind]}
    if layer["type"] not in {"param", "embedding"}:
        layer["use_bias"] = name in _OF_BIASES
    return layer | {"bias_init" if name in _OF_BIASES else "init": init}


def _layers(names: Iterable[str]) -> Spec:
    return {"layers": [_layer(name, kind) for name in names for kind in SCHEMES[name][1]]}


ALL_SCHEMES = _layers(SCHEMES)
AT_EDGES = _layers(EDGE_SCHEMES)

PRESETS: list[Spec] = [
    {"name": "grouped", "type": "conv2d", "inputs": 4, "filters": 6, "kernel_size": [3, 2], "groups": 2},
    {"name": "transposed", **_KINDS["transposed"]},
    {"name": "depthwise", **_KINDS["depthwise"]},
    {"name": "block.bn2", "type": "batch_norm", "inputs": 3},
    {"name": "block.bn3", "type": "batch_norm", "inputs": 3},
    {"name": "block.conv3.bn", "type": "batch_norm", "inputs": 3},
    {"name": "table", **_KINDS["embedding"]},
    {"name": "rnn", "type": "rnn", "inputs": 3, "units": 7},
    {"name": "lstm", **_KINDS["lstm"]},
    {"name": "gru", "type": "gru", "inputs": 3, "units": 7},
    {"name": "attention", "type": "multi_head_attention", "inputs": 6, "heads": 2, "head_dim": 5},
    {"name": "block.mlp", **_KINDS["dense"]},
    {"name": "classifier.1", "type": "conv2d", "inputs": 4, "filters": 5, "kernel_size": 1},
    {"name": "AuxLogits.fc", **_KINDS["dense"]},
    {"name": "heads.pre_logits", **_KINDS["dense"]},
    {"name": "heads.head", **_KINDS["dense"]},
    {"name": "head", **_KINDS["dense"]},
    {"name": "slope", "type": "prelu"},
]
"""A layer of each family that presets tell apart, and of each name."""

# Arrays large enough to exercise blocks, summation trees and the scaled table, as in large models.
LARGE: Spec = {
    "input": [6, 9, 9],
    "layers": [
        {"name": "c", "type": "conv2d", "filters": 24, "kernel_size": 3, "init": "orthogonal"},
        {"name": "d", "type": "conv2d", "filters": 48, "kernel_size": 3, "init": "delta_orthogonal"},
        {
            "name": "e",
            "type": "conv2d",
            "filters": 64,
            "kernel_size": 1,
            "init": {"scheme": "icnr", "upscale": 2},
        },
        {"name": "b", "type": "conv2d", "filters": 64, "kernel_size": 2, "init": "bilinear"},
        {"name": "g", "type": "conv2d", "filters": 64, "kernel_size": 1, "init": "dirac"},
        {"type": "reshape", "shape": [64, 16]},
        {"name": "r", "type": "lstm", "units": 67, "bias_init": {"scheme": "chrono", "t_max": 784}},
        {
            "name": "s",
            "type": "dense",
            "units": 301,
            "init": {"scheme": "sparse", "nonzeros": 15, "direction": "incoming"},
        },
        {"name": "o", "type": "dense", "units": 203, "init": {"scheme": "orthogonal", "gain": 1.7}},
        {"name": "i", "type": "dense", "units": 50, "init": "identity", "bias_init": "mamba_dt_bias"},
        {"name": "a", "type": "param", "shape": [40, 16], "init": "mamba_a_log"},
    ],
}
"""Whole-array schemes at sizes that no power of two divides."""

HEADS: Spec = {
    "input": {"x": [7, 12], "memory": [5, 9]},
    "layers": [
        {"name": "near", "type": "position_bias", "heads": 3, "buckets": 12, "from": "x"},
        {"name": "offsets", "type": "position_bias", "heads": 3, "window": [3, 2], "from": "x"},
        {
            "name": "look",
            "type": "multi_head_attention",
            "heads": 3,
            "value_dim": 5,
            "from": "x",
            "source": "memory",
            "use_bias": ["query", "output"],
            "bias_init": {"scheme": "normal", "std": 0.3},
            "query_key_norm": "rms_norm",
            "bias_kv": True,
            "sinks": True,
        },
    ],
    "rules": [
        {"match": "*.sinks", "init": "normal"},
        {"match": "*/gamma", "init": {"scheme": "uniform", "low": 0.5, "high": 1.5}},
    ],
}
"""Every tensor of an attention, and tables of positions."""

IMAGE: Spec = {
    "input": [3, 9, 11],
    "layers": [
        {"name": "conv", "type": "conv2d", "filters": 6, "kernel_size": [3, 2], "use_bias": False},
        {"name": "norm", "type": "batch_norm", "activation": "relu"},
        {"name": "up", "type": "conv2d_transpose", "filters": 4, "kernel_size": 3, "activation": "gelu"},
        {"name": "pool", "type": "global_avg_pool2d"},
        {"name": "fc", "type": "dense", "units": 5, "activation": "relu", "init": "he_uniform"},
        {"name": "out", "type": "dense", "units": 3, "init": "lecun_truncated_normal"},
    ],
}

SEQUENCE: Spec = {
    "input": {"tokens": 12},
    "layers": [
        {"name": "words", "type": "embedding", "count": 19, "dim": 8},
        {"name": "memory", "type": "lstm", "units": 6, "return_sequences": True},
        {"name": "look", "type": "multi_head_attention", "heads": 2, "fused": True},
        {"name": "norm", "type": "layer_norm"},
        {"name": "mlp", "type": "gated_mlp", "units": 9},
        {"name": "head", "type": "dense", "units": 19, "use_bias": False, "init": "orthogonal"},
    ],
}

LEARNED: Spec = {
    "input": [6, 8],
    "layers": [
        {"name": "class_token", "type": "token"},
        {"name": "registers", "type": "token", "count": 3, "at": 1, "shape": [3, 8], "init": "normal"},
        {"name": "places", "type": "positional_embedding", "count": 13, "dim": 8, "bare": True, "offset": 2},
        {"name": "gamma", "type": "scale", "init": {"scheme": "normal", "mean": 1, "std": 0.1}},
        {"name": "alpha", "type": "scale", "axis": [], "shape": [1]},
        {"name": "field", "type": "shift", "axis": [0, 1], "shape": [1, 10, 8], "init": "normal"},
        {"name": "latents", "type": "queries", "count": 5, "dim": 4, "init": "orthogonal"},
    ],
}
"""Tensors of the flow whose ids are their paths."""

LONE: Spec = {"layers": [{"name": "w", "type": "param", "shape": [5, 3], "init": "normal"}]}
"""One parameter, which gives a plain ``.npy``."""

ROUTED: Spec = {
    "input": [7, 10],
    "layers": [
        {
            "name": "mlp",
            "type": "experts",
            "count": 3,
            "per_token": 2,
            "units": 9,
            "stored": "in_out",
            "fused": True,
        },
        {
            "name": "moe",
            "type": "experts",
            "count": 5,
            "per_token": 1,
            "units": 6,
            "activation": "relu",
            "gated": False,
            "stacked": True,
            "router_bias": True,
            "selection_bias": True,
        },
    ],
}

PAIRED: Spec = {
    "input": {"x": [3, 5], "z": [3, 4]},
    "layers": [
        {"name": "form", "type": "bilinear", "from": "x", "other": "z", "units": 7, "bias_init": "normal"}
    ],
}

PROJECTED: Spec = {
    "input": [4, 5],
    "layers": [
        {
            "name": "memory",
            "type": "lstm",
            "units": 7,
            "projection": 3,
            "num_layers": 2,
            "bidirectional": True,
        }
    ],
}

EARLY: Spec = {
    "layout": "keras",
    "input": [4, 5],
    "layers": [
        {
            "name": "memory",
            "type": "gru",
            "units": 7,
            "reset_after": False,
            "bidirectional": True,
            "bias_init": "normal",
        }
    ],
}

TENSORS = {
    "early": (EARLY, ("keras",)),
    "projected": (PROJECTED, ("torch",)),
    "paired": (PAIRED, ("torch",)),
    "routed": (ROUTED, ("torch", "keras", "flax", "nnx")),
}
"""Models that are written in safetensors, each in these layouts."""

FILES = {"image": IMAGE, "sequence": SEQUENCE, "lone": LONE}
"""Models that are written in every format."""

BILLIONS: Spec = {
    "layers": [
        {
            "name": "w",
            "type": "dense",
            "inputs": 40_000,
            "units": 50_000,
            "use_bias": False,
            "init": "he_normal",
        }
    ]
}
"""2,000,000,000 normals, 8 GB in float32: enough to use every line of the table many times."""

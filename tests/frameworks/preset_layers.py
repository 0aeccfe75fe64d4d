"""A layer of each kind, with unequal sizes, for the frameworks whose own layers are built to match."""

from __future__ import annotations

from typing import Any

LAYERS: dict[str, tuple[dict[str, Any], Any]] = {
    "dense": ({"type": "dense", "units": 1000}, 24),
    "conv1d": ({"type": "conv1d", "filters": 1000, "kernel_size": 5, "strides": 2}, [6, 20]),
    "conv2d": ({"type": "conv2d", "filters": 1000, "kernel_size": [3, 5], "strides": 2}, [8, 9, 9]),
    "conv2d, grouped": (
        {"type": "conv2d", "filters": 1000, "kernel_size": [3, 5], "groups": 4, "strides": 2},
        [16, 9, 9],
    ),
    "conv3d": ({"type": "conv3d", "filters": 1000, "kernel_size": [1, 2, 3]}, [4, 5, 6, 7]),
    "conv1d_transpose": (
        {"type": "conv1d_transpose", "filters": 500, "kernel_size": 4, "strides": 2},
        [6, 20],
    ),
    "conv2d_transpose": (
        {"type": "conv2d_transpose", "filters": 500, "kernel_size": [3, 4], "strides": [2, 3]},
        [12, 7, 7],
    ),
    "conv2d_transpose, grouped": (
        {"type": "conv2d_transpose", "filters": 500, "kernel_size": [3, 4], "groups": 2},
        [12, 7, 7],
    ),
    "conv3d_transpose": (
        {"type": "conv3d_transpose", "filters": 500, "kernel_size": 2, "strides": 2},
        [5, 3, 3, 3],
    ),
    "depthwise_conv1d": ({"type": "depthwise_conv1d", "kernel_size": 5, "depth_multiplier": 2}, [500, 9]),
    "depthwise_conv2d": (
        {"type": "depthwise_conv2d", "kernel_size": [3, 2], "depth_multiplier": 2, "strides": 2},
        [500, 9, 9],
    ),
    "separable_conv2d": (
        {"type": "separable_conv2d", "kernel_size": 3, "depth_multiplier": 2, "filters": 300},
        [20, 9, 9],
    ),
    "embedding": ({"type": "embedding", "count": 2000, "dim": 60}, {"tokens": 5}),
    "positional_embedding": ({"type": "positional_embedding", "count": 2000, "dim": 60}, [5, 60]),
    "rnn": ({"type": "rnn", "units": 50}, [5, 24]),
    "lstm": ({"type": "lstm", "units": 50}, [5, 24]),
    "gru": ({"type": "gru", "units": 50}, [5, 24]),
    "multi_head_attention": ({"type": "multi_head_attention", "heads": 4, "head_dim": 40}, [5, 96]),
    "attention without biases": (
        {"type": "multi_head_attention", "heads": 4, "use_bias": False},
        [5, 160],
    ),
    "gated_mlp": ({"type": "gated_mlp", "units": 300}, [5, 40]),
    "batch_norm": ({"type": "batch_norm"}, [6, 9, 9]),
    "layer_norm": ({"type": "layer_norm"}, 12),
    "group_norm": ({"type": "group_norm", "groups": 2}, [6, 9, 9]),
    "instance_norm": ({"type": "instance_norm", "affine": True}, [6, 9, 9]),
    "rms_norm": ({"type": "rms_norm"}, 12),
    "prelu": ({"type": "prelu"}, 12),
}
"""The options of each layer, and what flows into it."""

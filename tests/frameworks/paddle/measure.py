"""Measures what PaddlePaddle's fresh layers hold, for ``measured.json``; run by hand, with paddlepaddle installed.

``python -m tests.frameworks.paddle.measure > tests/frameworks/paddle/measured.json``: PaddlePaddle is too large to be
installed for the tests. Each line has a parameter's values, mean, standard deviation and largest magnitude.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import numpy as np

KERNEL = {"weight": "kernel", "bias": "bias"}
NORM = {"weight": "gamma", "bias": "beta"}
TABLE = {"weight": "embeddings"}
CELL = {
    "weight_ih_l0": "l0.forward/kernel",
    "weight_hh_l0": "l0.forward/recurrent_kernel",
    "bias_ih_l0": "l0.forward/bias",
    "bias_hh_l0": "l0.forward/recurrent_bias",
}
ATTENTION = {
    f"{name}_proj.{ending}": f"{part}/{role}"
    for name, part in (("q", "query"), ("k", "key"), ("v", "value"), ("out", "output"))
    for ending, role in KERNEL.items()
}

LAYERS: dict[str, tuple[Callable[[Any], Any], dict[str, str], int]] = {
    "dense": (lambda nn: nn.Linear(24, 1000), KERNEL, 20),
    "conv1d": (lambda nn: nn.Conv1D(6, 1000, 5, stride=2), KERNEL, 4),
    "conv2d": (lambda nn: nn.Conv2D(8, 1000, (3, 5), stride=2), KERNEL, 4),
    "conv2d, grouped": (lambda nn: nn.Conv2D(16, 1000, (3, 5), groups=4, stride=2), KERNEL, 4),
    "conv3d": (lambda nn: nn.Conv3D(4, 1000, (1, 2, 3)), KERNEL, 4),
    "conv1d_transpose": (lambda nn: nn.Conv1DTranspose(6, 500, 4, stride=2), KERNEL, 10),
    "conv2d_transpose": (lambda nn: nn.Conv2DTranspose(12, 500, (3, 4), stride=(2, 3)), KERNEL, 4),
    "conv2d_transpose, grouped": (lambda nn: nn.Conv2DTranspose(12, 500, (3, 4), groups=2), KERNEL, 4),
    "conv3d_transpose": (lambda nn: nn.Conv3DTranspose(5, 500, 2, stride=2), KERNEL, 4),
    "depthwise_conv1d": (lambda nn: nn.Conv1D(500, 1000, 5, groups=500), KERNEL, 10),
    "depthwise_conv2d": (lambda nn: nn.Conv2D(500, 1000, (3, 2), groups=500), KERNEL, 10),
    "embedding": (lambda nn: nn.Embedding(2000, 60), TABLE, 1),
    "rnn": (lambda nn: nn.SimpleRNN(24, 50), CELL, 200),
    "lstm": (lambda nn: nn.LSTM(24, 50), CELL, 100),
    "gru": (lambda nn: nn.GRU(24, 50), CELL, 100),
    "attention": (lambda nn: nn.MultiHeadAttention(160, 4), ATTENTION, 4),
    "batch_norm": (lambda nn: nn.BatchNorm2D(6), NORM, 1),
    "layer_norm": (lambda nn: nn.LayerNorm(12), NORM, 1),
    "group_norm": (lambda nn: nn.GroupNorm(2, 6), NORM, 1),
    "instance_norm": (lambda nn: nn.InstanceNorm2D(6), {"scale": "gamma", "bias": "beta"}, 1),
    "prelu": (lambda nn: nn.PReLU(), {"_weight": "alpha"}, 1),
}
"""PaddlePaddle's layer of each kind, its parameters by winitgen's names, and how many layers are made."""


def measured(nn: Any) -> Iterator[tuple[str, dict[str, list[float]]]]:
    """Yield each kind of layer with the figures of its parameters."""
    for kind, (make, names, copies) in LAYERS.items():
        arrays: dict[str, list[Any]] = {}
        for _ in range(copies):
            found = dict(make(nn).named_parameters())
            for name, role in names.items():
                arrays.setdefault(role, []).append(found[name].numpy().ravel())
        yield kind, {role: figures(np.concatenate(parts)) for role, parts in arrays.items()}


def figures(values: Any) -> list[float]:
    """Return the number of values, their mean, standard deviation and largest magnitude."""
    wide = values.astype(np.float64)
    rounded = (float(f"{x:.6g}") for x in (wide.mean(), wide.std(), np.abs(wide).max()))
    return [values.size, *rounded]


if __name__ == "__main__":
    paddle = import_module("paddle")
    paddle.seed(0)
    lines = [f'  "{kind}": {json.dumps(found)}' for kind, found in measured(paddle.nn)]
    print("{\n" + ",\n".join([f'  "version": "{paddle.__version__}"', *lines]) + "\n}")

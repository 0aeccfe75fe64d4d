"""`preset: tinygrad` against tinygrad's own fresh layers, of few values: its device in plain Python is slow."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest

from tests.frameworks.fresh import Arrays, Case, differences, drawn, fresh

pytestmark = pytest.mark.slow

LEAST = 500
"""The end of a uniform distribution is known to 1 % by as many values."""

KERNEL = {"weight": "kernel", "bias": "bias"}
NORM = {"weight": "gamma", "bias": "beta"}


@pytest.fixture
def tinygrad(framework: Callable[[str], Any]) -> Any:
    """Return the layers of tinygrad, seeded, on the device that needs no compiler."""
    os.environ.setdefault("DEV", "PYTHON")
    framework("tinygrad").Tensor.manual_seed(0)
    return framework("tinygrad.nn")


def module(make: Callable[[Any], Any], names: dict[str, str] = KERNEL) -> Callable[[Any], Arrays]:
    """Return a function that makes a layer and returns its arrays by winitgen's names."""

    def fresh(nn: Any) -> Arrays:
        made = make(nn)
        found = {role: getattr(made, name, None) for name, role in names.items()}
        return {role: values.numpy() for role, values in found.items() if values is not None}

    return fresh


def separable(nn: Any) -> Arrays:
    """Return two convolutions, the parts of a separable one."""
    depthwise = module(lambda nn: nn.Conv2d(30, 60, 5, groups=30, bias=False))(nn)
    pointwise = module(lambda nn: nn.Conv2d(60, 500, 1))(nn)
    made = {"depthwise": depthwise, "pointwise": pointwise}
    return {f"{part}/{role}": values for part, arrays in made.items() for role, values in arrays.items()}


def lstm(nn: Any) -> Arrays:
    """Return the arrays of LSTMCell, whose second bias is added to the first."""
    cell = nn.LSTMCell(24, 50)
    arrays = {
        "kernel": cell.weight_ih.numpy(),
        "recurrent_kernel": cell.weight_hh.numpy(),
        "bias": cell.bias_ih.numpy() + cell.bias_hh.numpy(),
    }
    return {f"l0.forward/{role}": values for role, values in arrays.items()}


CASES = {
    "dense": Case({"type": "dense", "units": 600}, 12, module(lambda nn: nn.Linear(12, 600))),
    "conv1d": Case(
        {"type": "conv1d", "filters": 600, "kernel_size": 4, "strides": 2},
        [3, 20],
        module(lambda nn: nn.Conv1d(3, 600, 4, stride=2)),
    ),
    "conv2d, grouped": Case(
        {"type": "conv2d", "filters": 600, "kernel_size": [2, 3], "groups": 4, "strides": 2},
        [8, 9, 9],
        module(lambda nn: nn.Conv2d(8, 600, (2, 3), groups=4, stride=2)),
    ),
    "conv3d": Case(
        {"type": "conv3d", "filters": 600, "kernel_size": [1, 2, 3]},
        [2, 5, 6, 7],
        module(lambda nn: nn.Conv2d(2, 600, (1, 2, 3))),
    ),
    "conv2d_transpose, grouped": Case(
        {"type": "conv2d_transpose", "filters": 600, "kernel_size": [2, 3], "strides": [2, 3], "groups": 2},
        [4, 7, 7],
        module(lambda nn: nn.ConvTranspose2d(4, 600, (2, 3), stride=(2, 3), groups=2)),
    ),
    "depthwise_conv2d": Case(
        {"type": "depthwise_conv2d", "kernel_size": [3, 2], "depth_multiplier": 2},
        [300, 9, 9],
        module(lambda nn: nn.Conv2d(300, 600, (3, 2), groups=300)),
    ),
    "separable_conv2d": Case(
        {"type": "separable_conv2d", "kernel_size": 5, "depth_multiplier": 2, "filters": 500},
        [30, 9, 9],
        separable,
    ),
    "embedding": Case(
        {"type": "embedding", "count": 400, "dim": 12},
        {"tokens": 5},
        module(lambda nn: nn.Embedding(400, 12), {"weight": "embeddings"}),
    ),
    "lstm": Case({"type": "lstm", "units": 50}, [5, 24], lstm),
    "batch_norm": Case({"type": "batch_norm"}, [6, 9, 9], module(lambda nn: nn.BatchNorm(6), NORM)),
    "layer_norm": Case({"type": "layer_norm"}, 12, module(lambda nn: nn.LayerNorm(12), NORM)),
    "group_norm": Case(
        {"type": "group_norm", "groups": 2}, [6, 9, 9], module(lambda nn: nn.GroupNorm(2, 6), NORM)
    ),
    "instance_norm": Case(
        {"type": "instance_norm", "affine": True}, [6, 9, 9], module(lambda nn: nn.InstanceNorm(6), NORM)
    ),
    "rms_norm": Case({"type": "rms_norm"}, 12, module(lambda nn: nn.RMSNorm(12), {"weight": "gamma"})),
}
"""tinygrad has no plain cell, no GRU, no attention and no PReLU of its own."""


@pytest.mark.parametrize("name", CASES)
def test_the_preset_draws_as_tinygrad_does(name: str, tinygrad: Any) -> None:
    """The values of each layer have the distributions of tinygrad's new layer, and constants are equal."""
    case = CASES[name]

    assert [] == differences(drawn(case, "tinygrad"), fresh(case, tinygrad), LEAST, 0.06)

"""`preset: torch` against PyTorch's own fresh modules."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests.frameworks.fresh import Arrays, Case, differences, drawn, fresh

pytestmark = pytest.mark.slow

KERNEL = {"weight": "kernel", "bias": "bias"}
NORM = {"weight": "gamma", "bias": "beta"}
CELL = {
    "weight_ih": "kernel",
    "weight_hh": "recurrent_kernel",
    "bias_ih": "bias",
    "bias_hh": "recurrent_bias",
    "weight_hr": "projection_kernel",
}


def module(make: Callable[[Any], Any], names: dict[str, str] = KERNEL) -> Callable[[Any], Arrays]:
    """Return a function that makes a module and returns its parameters by winitgen's names."""
    return lambda nn: {names[name]: p.detach().numpy() for name, p in make(nn).named_parameters()}


def parts(makes: dict[str, Callable[[Any], Any]]) -> Callable[[Any], Arrays]:
    """Return a function that makes several modules, the parts of one layer."""
    made = {part: module(make) for part, make in makes.items()}
    return lambda nn: {
        f"{part}/{role}": values for part, make in made.items() for role, values in make(nn).items()
    }


def recurrent(kind: str, levels: int = 1, **options: Any) -> Callable[[Any], Arrays]:
    """Return a function that makes ``levels`` bidirectional levels of 24 inputs and 100 units."""

    def make(nn: Any) -> Arrays:
        layer = getattr(nn, kind)(24, 100, num_layers=levels, bidirectional=True, **options)
        found = {}
        for name, parameter in layer.named_parameters():
            stem, _, ending = name.partition("_l")
            level, _, backward = ending.partition("_")
            direction = "backward" if backward else "forward"
            found[f"l{level}.{direction}/{CELL[stem]}"] = parameter.detach().numpy()
        return found

    return make


def attention(nn: Any) -> Arrays:
    """Return the arrays of nn.MultiheadAttention, with in_proj split."""
    layer = nn.MultiheadAttention(96, 4)
    found = {"output/kernel": layer.out_proj.weight, "output/bias": layer.out_proj.bias}
    for row, part in enumerate(("query", "key", "value")):
        rows = slice(96 * row, 96 * (row + 1))
        found[f"{part}/kernel"], found[f"{part}/bias"] = layer.in_proj_weight[rows], layer.in_proj_bias[rows]
    return {key: values.detach().numpy() for key, values in found.items()}


RECURRENT = {"units": 100, "bidirectional": True}

CASES = {
    "dense": Case({"type": "dense", "units": 1000}, 24, module(lambda nn: nn.Linear(24, 1000)), 100),
    "conv1d": Case(
        {"type": "conv1d", "filters": 1000, "kernel_size": 5, "strides": 2},
        [6, 20],
        module(lambda nn: nn.Conv1d(6, 1000, 5, stride=2)),
        100,
    ),
    "conv2d, grouped": Case(
        {"type": "conv2d", "filters": 1000, "kernel_size": [3, 5], "groups": 4, "strides": 2},
        [16, 9, 9],
        module(lambda nn: nn.Conv2d(16, 1000, (3, 5), groups=4, stride=2)),
        100,
    ),
    "conv3d": Case(
        {"type": "conv3d", "filters": 1000, "kernel_size": [1, 2, 3]},
        [4, 5, 6, 7],
        module(lambda nn: nn.Conv3d(4, 1000, (1, 2, 3))),
        100,
    ),
    "conv1d_transpose": Case(
        {"type": "conv1d_transpose", "filters": 500, "kernel_size": 4, "strides": 2},
        [6, 20],
        module(lambda nn: nn.ConvTranspose1d(6, 500, 4, stride=2)),
        200,
    ),
    "conv2d_transpose, grouped": Case(
        {"type": "conv2d_transpose", "filters": 500, "kernel_size": [3, 4], "strides": [2, 3], "groups": 2},
        [12, 7, 7],
        module(lambda nn: nn.ConvTranspose2d(12, 500, (3, 4), stride=(2, 3), groups=2)),
        200,
    ),
    "conv3d_transpose": Case(
        {"type": "conv3d_transpose", "filters": 500, "kernel_size": 2, "strides": 2},
        [5, 3, 3, 3],
        module(lambda nn: nn.ConvTranspose3d(5, 500, 2, stride=2)),
        200,
    ),
    "depthwise_conv1d": Case(
        {"type": "depthwise_conv1d", "kernel_size": 5, "depth_multiplier": 2},
        [500, 9],
        module(lambda nn: nn.Conv1d(500, 1000, 5, groups=500)),
        100,
    ),
    "depthwise_conv2d": Case(
        {"type": "depthwise_conv2d", "kernel_size": [3, 2], "depth_multiplier": 2, "strides": 2},
        [500, 9, 9],
        module(lambda nn: nn.Conv2d(500, 1000, (3, 2), groups=500, stride=2)),
        100,
    ),
    "separable_conv2d": Case(
        {"type": "separable_conv2d", "kernel_size": 3, "depth_multiplier": 2, "filters": 300},
        [20, 9, 9],
        parts(
            {
                "depthwise": lambda nn: nn.Conv2d(20, 40, 3, groups=20, bias=False),
                "pointwise": lambda nn: nn.Conv2d(40, 300, 1),
            }
        ),
        400,
    ),
    "embedding": Case(
        {"type": "embedding", "count": 2000, "dim": 60},
        {"tokens": 5},
        module(lambda nn: nn.Embedding(2000, 60), {"weight": "embeddings"}),
    ),
    "embedding with a padding token": Case(
        {"type": "embedding", "count": 20, "dim": 60, "padding_index": 3},
        {"tokens": 5},
        module(lambda nn: nn.Embedding(20, 60, padding_idx=3), {"weight": "embeddings"}),
        100,
    ),
    "positional_embedding": Case(
        {"type": "positional_embedding", "count": 2000, "dim": 60},
        [5, 60],
        module(lambda nn: nn.Embedding(2000, 60), {"weight": "embeddings"}),
    ),
    "rnn": Case({"type": "rnn", **RECURRENT}, [5, 24], recurrent("RNN"), 1000),
    "lstm": Case({"type": "lstm", **RECURRENT, "num_layers": 2}, [5, 24], recurrent("LSTM", 2), 250),
    "lstm, projected": Case(
        {"type": "lstm", **RECURRENT, "projection": 30}, [5, 24], recurrent("LSTM", proj_size=30), 250
    ),
    "gru": Case({"type": "gru", **RECURRENT}, [5, 24], recurrent("GRU"), 340),
    "multi_head_attention": Case({"type": "multi_head_attention", "heads": 4}, [5, 96], attention, 12),
    "gated_mlp": Case(
        {"type": "gated_mlp", "units": 130},
        [5, 90],
        parts(
            {
                "gate": lambda nn: nn.Linear(90, 130),
                "up": lambda nn: nn.Linear(90, 130),
                "down": lambda nn: nn.Linear(130, 90),
            }
        ),
        1120,
    ),
    "experts": Case(
        {"type": "experts", "count": 4, "per_token": 1, "units": 20, "use_bias": False, "stacked": True},
        [5, 90],
        parts(
            {
                "router": lambda nn: nn.Linear(90, 4, bias=False),
                **{f"experts.{e}.gate": lambda nn: nn.Linear(90, 20, bias=False) for e in range(4)},
                **{f"experts.{e}.up": lambda nn: nn.Linear(90, 20, bias=False) for e in range(4)},
                **{f"experts.{e}.down": lambda nn: nn.Linear(20, 90, bias=False) for e in range(4)},
            }
        ),
        280,
    ),
    "bilinear": Case(
        {"type": "bilinear", "from": "x", "other": "z", "units": 100},
        {"x": 12, "z": 30},
        module(lambda nn: nn.Bilinear(12, 30, 100)),
        1000,
    ),
    "batch_norm": Case({"type": "batch_norm"}, [6, 9, 9], module(lambda nn: nn.BatchNorm2d(6), NORM)),
    "layer_norm": Case({"type": "layer_norm"}, 12, module(lambda nn: nn.LayerNorm(12), NORM)),
    "group_norm": Case(
        {"type": "group_norm", "groups": 2}, [6, 9, 9], module(lambda nn: nn.GroupNorm(2, 6), NORM)
    ),
    "instance_norm": Case(
        {"type": "instance_norm", "affine": True},
        [6, 9, 9],
        module(lambda nn: nn.InstanceNorm2d(6, affine=True), NORM),
    ),
    "rms_norm": Case({"type": "rms_norm"}, 12, module(lambda nn: nn.RMSNorm(12), NORM)),
    "prelu": Case({"type": "prelu"}, 12, module(lambda nn: nn.PReLU(), {"weight": "alpha"})),
    "prelu, a slope for each channel": Case(
        {"type": "prelu", "per_channel": True}, [6, 9], module(lambda nn: nn.PReLU(6), {"weight": "alpha"})
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_the_preset_draws_as_torch_does(name: str, torch: Any) -> None:
    """The values of each layer have the distributions of PyTorch's new module, and constants are equal."""
    case = CASES[name]
    with torch.random.fork_rng():
        torch.manual_seed(0)
        theirs = fresh(case, torch.nn)

    assert [] == differences(drawn(case, "torch"), theirs)


def test_a_padding_token_has_no_vector(torch: Any) -> None:
    """The row of the padding token is 0 as in PyTorch, whichever preset draws the rest."""
    table = drawn(CASES["embedding with a padding token"], "torch")["embeddings"]

    assert [3] == [row for row in range(20) if not np.any(table[:, row])]

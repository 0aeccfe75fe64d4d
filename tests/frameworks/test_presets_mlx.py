"""`preset: mlx` against MLX's own fresh layers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests.frameworks.fresh import Arrays, Case, differences, drawn, fresh
from tests.frameworks.preset_layers import LAYERS

pytestmark = pytest.mark.slow

KERNEL = {"weight": "kernel", "bias": "bias"}
NORM = {"weight": "gamma", "bias": "beta"}
BILINEAR = ({"type": "bilinear", "from": "x", "other": "z", "units": 100}, {"x": 12, "z": 30})
CELL = {"Wx": "kernel", "Wxh": "kernel", "Wh": "recurrent_kernel", "Whh": "recurrent_kernel", "b": "bias"}


@pytest.fixture
def mlx(framework: Callable[[str], Any]) -> Any:
    """Return the layers of MLX, seeded."""
    framework("mlx.core").random.seed(0)
    return framework("mlx.nn")


def module(make: Callable[[Any], Any], names: dict[str, str] = KERNEL) -> Callable[[Any], Arrays]:
    """Return a function that makes a layer and returns its arrays by winitgen's names."""
    return lambda nn: {
        names[key]: np.array(values) for key, values in make(nn).parameters().items() if key in names
    }


def parts(**makes: Callable[[Any], Any]) -> Callable[[Any], Arrays]:
    """Return a function that makes several layers, the parts of one."""
    return lambda nn: {
        f"{part}/{role}": values for part, make in makes.items() for role, values in module(make)(nn).items()
    }


def cell(kind: str) -> Callable[[Any], Arrays]:
    """Return a function that makes a recurrent layer; a GRU's second bias is for its new gate only."""

    def fresh(nn: Any) -> Arrays:
        found = {key: np.array(values) for key, values in getattr(nn, kind)(24, 50).parameters().items()}
        named = {CELL.get(key, "bias"): values for key, values in found.items() if key != "bhn"}
        if "bhn" in found:
            named["recurrent_bias"] = np.concatenate([np.zeros(100, np.float32), found["bhn"]])
        return {f"l0.forward/{role}": values for role, values in named.items()}

    return fresh


def attention(nn: Any) -> Arrays:
    """Return the arrays of MultiHeadAttention with biases, as many features in each part."""
    made = nn.MultiHeadAttention(160, 4).parameters()
    names = {"query_proj": "query", "key_proj": "key", "value_proj": "value", "out_proj": "output"}
    return {f"{part}/kernel": np.array(made[name]["weight"]) for name, part in names.items()}


FRESH: dict[str, tuple[Callable[[Any], Arrays], int]] = {
    "dense": (module(lambda nn: nn.Linear(24, 1000)), 20),
    "conv1d": (module(lambda nn: nn.Conv1d(6, 1000, 5, stride=2)), 2),
    "conv2d, grouped": (module(lambda nn: nn.Conv2d(16, 1000, (3, 5), groups=4)), 2),
    "conv3d": (module(lambda nn: nn.Conv3d(4, 1000, (1, 2, 3))), 2),
    "conv1d_transpose": (module(lambda nn: nn.ConvTranspose1d(6, 500, 4, stride=2)), 4),
    "conv2d_transpose": (module(lambda nn: nn.ConvTranspose2d(12, 500, (3, 4), stride=(2, 3))), 2),
    "conv3d_transpose": (module(lambda nn: nn.ConvTranspose3d(5, 500, 2, stride=2)), 4),
    "depthwise_conv1d": (module(lambda nn: nn.Conv1d(500, 1000, 5, groups=500)), 8),
    "depthwise_conv2d": (module(lambda nn: nn.Conv2d(500, 1000, (3, 2), groups=500)), 8),
    "separable_conv2d": (
        parts(
            depthwise=lambda nn: nn.Conv2d(20, 40, 3, groups=20, bias=False),
            pointwise=lambda nn: nn.Conv2d(40, 300, 1),
        ),
        80,
    ),
    "embedding": (module(lambda nn: nn.Embedding(2000, 60), {"weight": "embeddings"}), 1),
    "positional_embedding": (module(lambda nn: nn.Embedding(2000, 60), {"weight": "embeddings"}), 1),
    "rnn": (cell("RNN"), 400),
    "lstm": (cell("LSTM"), 100),
    "gru": (cell("GRU"), 400),
    "attention without biases": (attention, 2),
    "gated_mlp": (
        parts(
            gate=lambda nn: nn.Linear(40, 300),
            up=lambda nn: nn.Linear(40, 300),
            down=lambda nn: nn.Linear(300, 40),
        ),
        500,
    ),
    "bilinear": (module(lambda nn: nn.Bilinear(12, 30, 100)), 400),
    "batch_norm": (module(lambda nn: nn.BatchNorm(6), NORM), 1),
    "layer_norm": (module(lambda nn: nn.LayerNorm(12), NORM), 1),
    "group_norm": (module(lambda nn: nn.GroupNorm(2, 6), NORM), 1),
    "instance_norm": (module(lambda nn: nn.InstanceNorm(6, affine=True), NORM), 1),
    "rms_norm": (module(lambda nn: nn.RMSNorm(12), NORM), 1),
    "prelu": (module(lambda nn: nn.PReLU(), {"weight": "alpha"}), 1),
}
"""MLX's own layer of each kind, and how many of them are made."""


@pytest.mark.parametrize("name", FRESH)
def test_the_preset_draws_as_mlx_does(name: str, mlx: Any) -> None:
    """The values of each layer have the distributions of MLX's new layer, and constants are equal."""
    make, copies = FRESH[name]
    case = Case(*(BILINEAR if name == "bilinear" else LAYERS[name]), make, copies)

    assert [] == differences(drawn(case, "mlx"), fresh(case, mlx), 20_000, 0.02)

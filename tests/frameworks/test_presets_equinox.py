"""`preset: equinox` against Equinox's own fresh modules."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
import pytest

from tests.frameworks.fresh import Arrays, Case, differences, drawn, fresh
from tests.frameworks.preset_layers import LAYERS

pytestmark = pytest.mark.slow

KERNEL = {"weight": "kernel", "bias": "bias"}
NORM = {"weight": "gamma", "bias": "beta"}


class Equinox(NamedTuple):
    """Equinox's modules, and random keys that are used once each."""

    nn: Any
    keys: Iterator[Any]


@pytest.fixture
def equinox(framework: Callable[[str], Any]) -> Equinox:
    """Return Equinox on the CPU, seeded."""
    os.environ.setdefault("JAX_PLATFORMS", "cpu")
    jax = framework("jax")
    root = jax.random.key(0)
    return Equinox(framework("equinox").nn, (jax.random.fold_in(root, i) for i in range(2**31)))


def module(make: Callable[..., Any], names: dict[str, str] = KERNEL) -> Callable[[Equinox], Arrays]:
    """Return a function that makes a module and returns its arrays by winitgen's names."""

    def fresh(equinox: Equinox) -> Arrays:
        made = make(equinox.nn, key=next(equinox.keys))
        found = {role: getattr(made, name, None) for name, role in names.items()}
        return {role: np.asarray(values) for role, values in found.items() if values is not None}

    return fresh


def parts(**makes: Callable[..., Any]) -> Callable[[Equinox], Arrays]:
    """Return a function that makes several modules, the parts of one layer."""
    return lambda equinox: {
        f"{part}/{role}": values
        for part, make in makes.items()
        for role, values in module(make)(equinox).items()
    }


def norm(make: Callable[..., Any]) -> Callable[[Equinox], Arrays]:
    """Return a function that makes a norm, which takes no key."""
    return module(lambda nn, key: make(nn), NORM)


def lstm(equinox: Equinox) -> Arrays:
    """Return the arrays of LSTMCell."""
    cell = equinox.nn.LSTMCell(24, 50, key=next(equinox.keys))
    return by_level(cell.weight_ih, cell.weight_hh, cell.bias)


def gru(equinox: Equinox) -> Arrays:
    """Return the arrays of GRUCell: a second bias for the new gate only."""
    cell = equinox.nn.GRUCell(24, 50, key=next(equinox.keys))
    second = np.concatenate([np.zeros(100, np.float32), np.asarray(cell.bias_n)])
    return {
        **by_level(cell.weight_ih, cell.weight_hh, cell.bias),
        "l0.forward/recurrent_bias": second,
    }


def by_level(kernel: Any, recurrent: Any, bias: Any) -> dict[str, Any]:
    """Return the arrays of a level by winitgen's names."""
    named = {"kernel": kernel, "recurrent_kernel": recurrent, "bias": bias}
    return {f"l0.forward/{role}": np.asarray(values) for role, values in named.items()}


def attention(equinox: Equinox) -> Arrays:
    """Return the arrays of MultiheadAttention with biases and heads of 40 features."""
    made = equinox.nn.MultiheadAttention(
        4,
        96,
        qk_size=40,
        vo_size=40,
        use_query_bias=True,
        use_key_bias=True,
        use_value_bias=True,
        use_output_bias=True,
        key=next(equinox.keys),
    )
    linears = {part: getattr(made, f"{part}_proj") for part in ("query", "key", "value", "output")}
    return {
        f"{part}/{role}": np.asarray(getattr(linear, name))
        for part, linear in linears.items()
        for name, role in KERNEL.items()
    }


FRESH: dict[str, tuple[Callable[[Equinox], Arrays], int]] = {
    "dense": (module(lambda nn, key: nn.Linear(24, 1000, key=key)), 20),
    "conv1d": (module(lambda nn, key: nn.Conv1d(6, 1000, 5, stride=2, key=key)), 20),
    "conv2d, grouped": (module(lambda nn, key: nn.Conv2d(16, 1000, (3, 5), groups=4, key=key)), 20),
    "conv3d": (module(lambda nn, key: nn.Conv3d(4, 1000, (1, 2, 3), key=key)), 20),
    "conv1d_transpose": (module(lambda nn, key: nn.ConvTranspose1d(6, 500, 4, stride=2, key=key)), 40),
    "conv2d_transpose, grouped": (
        module(lambda nn, key: nn.ConvTranspose2d(12, 500, (3, 4), groups=2, key=key)),
        40,
    ),
    "conv3d_transpose": (module(lambda nn, key: nn.ConvTranspose3d(5, 500, 2, stride=2, key=key)), 40),
    "depthwise_conv1d": (module(lambda nn, key: nn.Conv1d(500, 1000, 5, groups=500, key=key)), 20),
    "depthwise_conv2d": (module(lambda nn, key: nn.Conv2d(500, 1000, (3, 2), groups=500, key=key)), 20),
    "separable_conv2d": (
        parts(
            depthwise=lambda nn, key: nn.Conv2d(20, 40, 3, groups=20, use_bias=False, key=key),
            pointwise=lambda nn, key: nn.Conv2d(40, 300, 1, key=key),
        ),
        100,
    ),
    "embedding": (module(lambda nn, key: nn.Embedding(2000, 60, key=key), {"weight": "embeddings"}), 1),
    "positional_embedding": (
        module(lambda nn, key: nn.Embedding(2000, 60, key=key), {"weight": "embeddings"}),
        1,
    ),
    "lstm": (lstm, 100),
    "gru": (gru, 400),
    "multi_head_attention": (attention, 250),
    "gated_mlp": (
        parts(
            gate=lambda nn, key: nn.Linear(40, 300, key=key),
            up=lambda nn, key: nn.Linear(40, 300, key=key),
            down=lambda nn, key: nn.Linear(300, 40, key=key),
        ),
        500,
    ),
    "batch_norm": (norm(lambda nn: nn.BatchNorm(6, "batch", mode="ema")), 1),
    "layer_norm": (norm(lambda nn: nn.LayerNorm(12)), 1),
    "group_norm": (norm(lambda nn: nn.GroupNorm(2, 6)), 1),
    "rms_norm": (module(lambda nn, key: nn.RMSNorm(12, use_bias=False), {"weight": "gamma"}), 1),
    "prelu": (module(lambda nn, key: nn.PReLU(), {"negative_slope": "alpha"}), 1),
}
"""Equinox's own layer of each kind, and how many of them are made. It has no plain cell and no instance norm."""


@pytest.mark.parametrize("name", FRESH)
def test_the_preset_draws_as_equinox_does(name: str, equinox: Equinox) -> None:
    """The values of each layer have the distributions of Equinox's new module, and constants are equal."""
    make, copies = FRESH[name]
    case = Case(*LAYERS[name], make, copies)

    assert [] == differences(drawn(case, "equinox"), fresh(case, equinox), 20_000, 0.02)

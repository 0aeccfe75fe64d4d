"""`preset: haiku` against Haiku's own fresh modules."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
import pytest

from tests.frameworks.fresh import Arrays, Case, differences, drawn, fresh
from tests.frameworks.preset_layers import LAYERS

pytestmark = pytest.mark.slow

NAMES = {
    "w": "kernel",
    "b": "bias",
    "embeddings": "embeddings",
    "scale": "gamma",
    "offset": "beta",
    "w_i": "kernel",
    "w_h": "recurrent_kernel",
}


class Haiku(NamedTuple):
    """Haiku, JAX's arrays, and random keys that are used once each."""

    hk: Any
    jnp: Any
    keys: Iterator[Any]

    def parameters(self, make: Callable[[Any], Any], *shape: int, tokens: bool = False) -> dict[str, Any]:
        """Return the parameters of new modules for an input of this shape, by module and name."""

        def forward(x: Any) -> Any:
            return make(self.hk)(x)  # modules are made inside of what is transformed

        transformed = self.hk.without_apply_rng(self.hk.transform_with_state(forward))
        batch = self.jnp.ones((2, *shape), int if tokens else float)
        found, _ = transformed.init(next(self.keys), batch)
        return {
            f"{path.rpartition('/')[2]}/{name}": np.asarray(values)
            for path, arrays in found.items()
            for name, values in arrays.items()
        }


@pytest.fixture
def haiku(framework: Callable[[str], Any]) -> Haiku:
    """Return Haiku on the CPU, seeded."""
    os.environ.setdefault("JAX_PLATFORMS", "cpu")
    jax = framework("jax")
    root = jax.random.key(0)
    return Haiku(framework("haiku"), jax.numpy, (jax.random.fold_in(root, i) for i in range(2**31)))


def module(make: Callable[[Any], Any], *shape: int, tokens: bool = False) -> Callable[[Haiku], Arrays]:
    """Return a function that makes one module and returns its arrays by winitgen's names."""

    def fresh(haiku: Haiku) -> Arrays:
        found = haiku.parameters(make, *shape, tokens=tokens)
        return {NAMES[key.rpartition("/")[2]]: values for key, values in found.items()}

    return fresh


def table(haiku: Haiku) -> Arrays:
    """Return the table of Embed."""
    return module(lambda hk: hk.Embed(2000, 60), 5, tokens=True)(haiku)


def core(make: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return a function that makes a core and runs it once from its first state."""

    def run(hk: Any) -> Callable[[Any], Any]:
        made = make(hk)
        return lambda x: made(x, made.initial_state(x.shape[0]))

    return run


def rnn(haiku: Haiku) -> Arrays:
    """Return the arrays of VanillaRNN, whose second bias is added to the first."""
    found = haiku.parameters(core(lambda hk: hk.VanillaRNN(50)), 24)
    return by_level(found["linear/w"], found["linear_1/w"], found["linear/b"] + found["linear_1/b"])


def lstm(haiku: Haiku) -> Arrays:
    """Return the arrays of LSTM: one Linear of the inputs and the state."""
    found = haiku.parameters(core(lambda hk: hk.LSTM(50)), 24)
    return by_level(found["linear/w"][:24], found["linear/w"][24:], found["linear/b"])


def gru(haiku: Haiku) -> Arrays:
    """Return the arrays of GRU, which has one bias."""
    found = haiku.parameters(core(lambda hk: hk.GRU(50)), 24)
    arrays = by_level(found["gru/w_i"], found["gru/w_h"], found["gru/b"])
    return {**arrays, "l0.forward/recurrent_bias": np.zeros(150, np.float32)}


def by_level(kernel: Any, recurrent: Any, bias: Any) -> dict[str, Any]:
    """Return the arrays of a level by winitgen's names."""
    return {
        "l0.forward/kernel": kernel,
        "l0.forward/recurrent_kernel": recurrent,
        "l0.forward/bias": bias,
    }


def separable(haiku: Haiku) -> Arrays:
    """Return two convolutions, the parts of a separable one."""
    depthwise = module(lambda hk: hk.DepthwiseConv2D(2, 3, with_bias=False), 9, 9, 20)
    pointwise = module(lambda hk: hk.Conv2D(300, 1), 9, 9, 40)
    made = {"depthwise": depthwise(haiku), "pointwise": pointwise(haiku)}
    return {f"{part}/{role}": values for part, arrays in made.items() for role, values in arrays.items()}


def attention(haiku: Haiku) -> Arrays:
    """Return the arrays of MultiHeadAttention, which asks for an initializer, with heads of 40 features."""

    def make(hk: Any) -> Callable[[Any], Any]:
        made = hk.MultiHeadAttention(4, 40, w_init=hk.initializers.VarianceScaling(), model_size=96)
        return lambda x: made(x, x, x)

    found = haiku.parameters(make, 5, 96)
    names = {"query": "query", "key": "key", "value": "value", "linear": "output"}
    return {
        f"{names[part]}/{NAMES[name]}": values
        for (part, _, name), values in ((key.partition("/"), values) for key, values in found.items())
    }


def gated_mlp(haiku: Haiku) -> Arrays:
    """Return three dense layers, the parts of a gated MLP."""
    found = {}
    for part, inputs, units in (("gate", 40, 300), ("up", 40, 300), ("down", 300, 40)):
        made = module(lambda hk, units=units: hk.Linear(units), inputs)(haiku)
        found |= {f"{part}/{role}": values for role, values in made.items()}
    return found


def batch_norm(hk: Any) -> Callable[[Any], Any]:
    """Return a batch norm as it is called in training."""
    made = hk.BatchNorm(create_scale=True, create_offset=True, decay_rate=0.9)
    return lambda x: made(x, is_training=True)


FRESH: dict[str, tuple[Callable[[Haiku], Arrays], int]] = {
    "dense": (module(lambda hk: hk.Linear(1000), 24), 5),
    "conv1d": (module(lambda hk: hk.Conv1D(1000, 5, stride=2), 20, 6), 5),
    "conv2d, grouped": (
        module(lambda hk: hk.Conv2D(1000, (3, 5), feature_group_count=4, stride=2), 9, 9, 16),
        5,
    ),
    "conv3d": (module(lambda hk: hk.Conv3D(1000, (1, 2, 3)), 5, 6, 7, 4), 5),
    "conv1d_transpose": (module(lambda hk: hk.Conv1DTranspose(500, 4, stride=2), 20, 6), 10),
    "conv2d_transpose": (module(lambda hk: hk.Conv2DTranspose(500, (3, 4), stride=(2, 3)), 7, 7, 12), 5),
    "conv3d_transpose": (module(lambda hk: hk.Conv3DTranspose(500, 2, stride=2), 3, 3, 3, 5), 10),
    "depthwise_conv1d": (module(lambda hk: hk.DepthwiseConv1D(2, 5), 9, 500), 20),
    "depthwise_conv2d": (module(lambda hk: hk.DepthwiseConv2D(2, (3, 2)), 9, 9, 500), 20),
    "separable_conv2d": (separable, 60),
    "embedding": (table, 1),
    "positional_embedding": (table, 1),
    "rnn": (rnn, 40),
    "lstm": (lstm, 20),
    "gru": (gru, 20),
    "multi_head_attention": (attention, 10),
    "gated_mlp": (gated_mlp, 10),
    "batch_norm": (module(batch_norm, 9, 9, 6), 1),
    "layer_norm": (module(lambda hk: hk.LayerNorm(-1, create_scale=True, create_offset=True), 12), 1),
    "group_norm": (module(lambda hk: hk.GroupNorm(2), 9, 9, 6), 1),
    "instance_norm": (module(lambda hk: hk.InstanceNorm(create_scale=True, create_offset=True), 9, 9, 6), 1),
    "rms_norm": (module(lambda hk: hk.RMSNorm(-1), 12), 1),
}
"""Haiku's own layer of each kind, and how many of them are made. It has no PReLU."""


@pytest.mark.parametrize("name", FRESH)
def test_the_preset_draws_as_haiku_does(name: str, haiku: Haiku) -> None:
    """The values of each layer have the distributions of Haiku's new module, and constants are equal."""
    make, copies = FRESH[name]
    case = Case(*LAYERS[name], make, copies)

    assert [] == differences(drawn(case, "haiku"), fresh(case, haiku), 20_000, 0.02)

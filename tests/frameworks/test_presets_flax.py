"""`preset: flax` against Flax linen's own fresh modules."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
import pytest

from tests.frameworks.fresh import Arrays, Case, differences, drawn, fresh

pytestmark = pytest.mark.slow

NAMES = {"scale": "gamma", "embedding": "embeddings", "negative_slope": "alpha"}


class Flax(NamedTuple):
    """Flax linen, JAX, and random keys that are used once each."""

    nn: Any
    jax: Any
    keys: Iterator[Any]

    def parameters(self, module: Any, *inputs: Any) -> dict[str, Any]:
        """Return the parameters of a new module for inputs of these shapes, by path."""
        arrays = [self.jax.numpy.ones((1, *shape)) for shape in inputs]
        variables = module.init(next(self.keys), *arrays)["params"]
        return {
            "/".join(str(key.key) for key in path): np.asarray(values)
            for path, values in self.jax.tree_util.tree_leaves_with_path(variables)
        }


@pytest.fixture
def flax(framework: Callable[[str], Any]) -> Flax:
    """Return Flax linen on the CPU, seeded."""
    os.environ.setdefault("JAX_PLATFORMS", "cpu")
    jax = framework("jax")
    root = jax.random.key(0)
    return Flax(framework("flax.linen"), jax, (jax.random.fold_in(root, i) for i in range(2**31)))


def module(make: Callable[[Any], Any], *shape: int, bias: str = "bias") -> Callable[[Flax], Arrays]:
    """Return a function that makes a module for inputs of a shape, and returns its parameters by name."""
    names = {**NAMES, "bias": bias}

    def fresh(flax: Flax) -> Arrays:
        found = flax.parameters(make(flax.nn), shape)
        return {names.get(name, name): values for name, values in found.items()}

    return fresh


def norm(make: Callable[[Any], Any], *shape: int) -> Callable[[Flax], Arrays]:
    """Return a function that makes a norm; its bias is called shift."""
    return module(make, *shape, bias="beta")


def embedding(flax: Flax) -> Arrays:
    """Return the table of nn.Embed, whose inputs are whole numbers."""
    variables = flax.nn.Embed(2000, 60).init(next(flax.keys), flax.jax.numpy.ones((1, 5), int))
    return {"embeddings": np.asarray(variables["params"]["embedding"])}


def cell(kind: str, gates: str) -> Callable[[Flax], Arrays]:
    """Return a function that makes a cell of 24 inputs and 50 units, with one kernel for each gate.

    The LSTM's bias belongs to its recurrent kernels; the GRU has one there only for its last gate, and
    the others can only be 0 there.
    """

    def fresh(flax: Flax) -> Arrays:
        made = getattr(flax.nn, kind)(features=50)
        carry = made.initialize_carry(flax.jax.random.key(0), (1, 24))
        found = made.init(next(flax.keys), carry, flax.jax.numpy.ones((1, 24)))["params"]
        sides = [[found[f"{side}{gate}"] for gate in gates or ("",)] for side in "ih"]
        kernels = [np.stack([np.asarray(map_["kernel"]) for map_ in side]) for side in sides]
        biases = [
            np.stack([np.asarray(map_.get("bias", np.zeros(50, np.float32))) for map_ in side])
            for side in sides
        ]
        arrays = {"kernel": kernels[0], "recurrent_kernel": kernels[1]}
        if kind == "GRUCell":
            arrays |= {"bias": biases[0], "recurrent_bias": biases[1]}
        else:
            arrays["bias"] = biases[0] + biases[1]
        return {f"l0.forward/{role}": values for role, values in arrays.items()}

    return fresh


def separable(flax: Flax) -> Arrays:
    """Return two convolutions, the parts of a separable one."""
    depthwise = module(lambda nn: nn.Conv(40, (3, 3), feature_group_count=20, use_bias=False), 9, 9, 20)
    pointwise = module(lambda nn: nn.Conv(300, (1, 1)), 9, 9, 40)
    made = {"depthwise": depthwise(flax), "pointwise": pointwise(flax)}
    return {f"{part}/{role}": values for part, arrays in made.items() for role, values in arrays.items()}


def attention(flax: Flax) -> Arrays:
    """Return nn.MultiHeadDotProductAttention's arrays by part, with heads of 40 features."""
    made = flax.nn.MultiHeadDotProductAttention(num_heads=4, qkv_features=160)
    found = flax.parameters(made, (5, 96), (5, 96))
    return {name.replace("out/", "output/"): values for name, values in found.items()}


def gated_mlp(flax: Flax) -> Arrays:
    """Return three dense layers, the parts of a gated MLP."""
    found = {}
    for part, inputs, units in (("gate", 40, 300), ("up", 40, 300), ("down", 300, 40)):
        made = flax.parameters(flax.nn.Dense(units), (inputs,))
        found |= {f"{part}/{name}": values for name, values in made.items()}
    return found


CASES = {
    "dense": Case({"type": "dense", "units": 1000}, 24, module(lambda nn: nn.Dense(1000), 24), 5),
    "conv1d": Case(
        {"type": "conv1d", "filters": 1000, "kernel_size": 5, "strides": 2},
        [6, 20],
        module(lambda nn: nn.Conv(1000, (5,), strides=2), 20, 6),
        5,
    ),
    "conv2d, grouped": Case(
        {"type": "conv2d", "filters": 1000, "kernel_size": [3, 5], "groups": 4, "strides": 2},
        [16, 9, 9],
        module(lambda nn: nn.Conv(1000, (3, 5), feature_group_count=4, strides=2), 9, 9, 16),
        5,
    ),
    "conv3d": Case(
        {"type": "conv3d", "filters": 1000, "kernel_size": [1, 2, 3]},
        [4, 5, 6, 7],
        module(lambda nn: nn.Conv(1000, (1, 2, 3)), 5, 6, 7, 4),
        5,
    ),
    "conv1d_transpose": Case(
        {"type": "conv1d_transpose", "filters": 500, "kernel_size": 4, "strides": 2},
        [6, 20],
        module(lambda nn: nn.ConvTranspose(500, (4,), strides=(2,)), 20, 6),
        10,
    ),
    "conv2d_transpose": Case(
        {"type": "conv2d_transpose", "filters": 500, "kernel_size": [3, 4], "strides": [2, 3]},
        [12, 7, 7],
        module(lambda nn: nn.ConvTranspose(500, (3, 4), strides=(2, 3)), 7, 7, 12),
        5,
    ),
    "conv3d_transpose": Case(
        {"type": "conv3d_transpose", "filters": 500, "kernel_size": 2, "strides": 2},
        [5, 3, 3, 3],
        module(lambda nn: nn.ConvTranspose(500, (2, 2, 2), strides=(2, 2, 2)), 3, 3, 3, 5),
        10,
    ),
    "depthwise_conv1d": Case(
        {"type": "depthwise_conv1d", "kernel_size": 5, "depth_multiplier": 2},
        [500, 9],
        module(lambda nn: nn.Conv(1000, (5,), feature_group_count=500), 9, 500),
        20,
    ),
    "depthwise_conv2d": Case(
        {"type": "depthwise_conv2d", "kernel_size": [3, 2], "depth_multiplier": 2, "strides": 2},
        [500, 9, 9],
        module(lambda nn: nn.Conv(1000, (3, 2), feature_group_count=500, strides=2), 9, 9, 500),
        20,
    ),
    "separable_conv2d": Case(
        {"type": "separable_conv2d", "kernel_size": 3, "depth_multiplier": 2, "filters": 300},
        [20, 9, 9],
        separable,
        300,
    ),
    "embedding": Case({"type": "embedding", "count": 2000, "dim": 60}, {"tokens": 5}, embedding),
    "positional_embedding": Case(
        {"type": "positional_embedding", "count": 2000, "dim": 60}, [5, 60], embedding
    ),
    "rnn": Case({"type": "rnn", "units": 50}, [5, 24], cell("SimpleCell", ""), 100),
    "lstm": Case({"type": "lstm", "units": 50}, [5, 24], cell("OptimizedLSTMCell", "ifgo"), 30),
    "gru": Case({"type": "gru", "units": 50}, [5, 24], cell("GRUCell", "rzn"), 40),
    "multi_head_attention": Case(
        {"type": "multi_head_attention", "heads": 4, "head_dim": 40}, [5, 96], attention, 12
    ),
    "gated_mlp": Case({"type": "gated_mlp", "units": 300}, [5, 40], gated_mlp, 10),
    "batch_norm": Case(
        {"type": "batch_norm"}, [6, 9, 9], norm(lambda nn: nn.BatchNorm(use_running_average=True), 9, 9, 6)
    ),
    "layer_norm": Case({"type": "layer_norm"}, 12, norm(lambda nn: nn.LayerNorm(), 12)),
    "group_norm": Case(
        {"type": "group_norm", "groups": 2}, [6, 9, 9], norm(lambda nn: nn.GroupNorm(2), 9, 9, 6)
    ),
    "instance_norm": Case(
        {"type": "instance_norm", "affine": True}, [6, 9, 9], norm(lambda nn: nn.InstanceNorm(), 9, 9, 6)
    ),
    "rms_norm": Case({"type": "rms_norm"}, 12, norm(lambda nn: nn.RMSNorm(), 12)),
    "prelu": Case({"type": "prelu"}, 12, module(lambda nn: nn.PReLU(), 12)),
}


@pytest.mark.parametrize("name", CASES)
def test_the_preset_draws_as_flax_does(name: str, flax: Flax) -> None:
    """The values of each layer have the distributions of Flax's new module, and constants are equal."""
    case = CASES[name]

    assert [] == differences(drawn(case, "flax"), fresh(case, flax))

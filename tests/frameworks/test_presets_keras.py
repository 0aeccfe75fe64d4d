"""`preset: keras` against Keras's own fresh layers."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests.frameworks.fresh import Arrays, Case, differences, drawn, fresh

pytestmark = pytest.mark.slow

NAMES = {"scale": "gamma"}
GATES = {"SimpleRNN": 1, "LSTM": 4, "GRU": 3}


@pytest.fixture
def keras(framework: Callable[[str], Any]) -> Any:
    """Return Keras on JAX, seeded."""
    os.environ.setdefault("KERAS_BACKEND", "jax")
    os.environ.setdefault("JAX_PLATFORMS", "cpu")
    keras = framework("keras")
    keras.utils.set_random_seed(0)
    return keras


def arrays(layer: Any) -> dict[str, Any]:
    """Return a layer's trainable arrays by their names in the layer."""
    return {variable.name: np.asarray(variable.value) for variable in layer.trainable_variables}


def layer(make: Callable[[Any], Any], shape: tuple[int | None, ...]) -> Callable[[Any], Arrays]:
    """Return a function that builds a layer for inputs of a shape, and returns its arrays by winitgen's names."""

    def fresh(layers: Any) -> Arrays:
        made = make(layers)
        made.build((None, *shape))
        return {NAMES.get(name, name): values for name, values in arrays(made).items()}

    return fresh


def recurrent(kind: str) -> Callable[[Any], Arrays]:
    """Return a function that builds a recurrent layer of 24 inputs and 50 units, gates first.

    Keras's GRU has both its biases in one array.
    """

    def fresh(layers: Any) -> Arrays:
        made = getattr(layers, kind)(50)
        made.build((None, 5, 24))
        found = {f"l0.forward/{name}": values for name, values in arrays(made).items()}
        if kind == "GRU":
            found["l0.forward/bias"], found["l0.forward/recurrent_bias"] = found["l0.forward/bias"]
        return found

    return fresh


def separable(layers: Any) -> Arrays:
    """Return SeparableConv2D's arrays by part."""
    made = layers.SeparableConv2D(300, 3, depth_multiplier=2)
    made.build((None, 9, 9, 20))
    found = arrays(made)
    return {
        "depthwise/kernel": found["depthwise_kernel"],
        "pointwise/kernel": found["pointwise_kernel"],
        "pointwise/bias": found["bias"],
    }


def attention(make: Callable[[Any], Any]) -> Callable[[Any], Arrays]:
    """Return a function that builds an attention of 96 features, and returns its arrays by part."""

    def fresh(layers: Any) -> Arrays:
        made = make(layers)
        made.build((None, 5, 96), (None, 5, 96))
        found = {}
        for variable in made.trainable_variables:
            part, role = variable.path.split("/")[-2:]
            found[f"{part.replace('attention_', '')}/{role}"] = np.asarray(variable.value)
        return found

    return fresh


def gated_mlp(layers: Any) -> Arrays:
    """Return three dense layers, the parts of a gated MLP."""
    found = {}
    for part, inputs, units in (("gate", 40, 300), ("up", 40, 300), ("down", 300, 40)):
        made = layers.Dense(units)
        made.build((None, inputs))
        found |= {f"{part}/{name}": values for name, values in arrays(made).items()}
    return found


CASES = {
    "dense": Case({"type": "dense", "units": 1000}, 24, layer(lambda k: k.Dense(1000), (24,)), 5),
    "conv1d": Case(
        {"type": "conv1d", "filters": 1000, "kernel_size": 5, "strides": 2},
        [6, 20],
        layer(lambda k: k.Conv1D(1000, 5, strides=2), (20, 6)),
        5,
    ),
    "conv2d, grouped": Case(
        {"type": "conv2d", "filters": 1000, "kernel_size": [3, 5], "groups": 4, "strides": 2},
        [16, 9, 9],
        layer(lambda k: k.Conv2D(1000, (3, 5), groups=4, strides=2), (9, 9, 16)),
        5,
    ),
    "conv3d": Case(
        {"type": "conv3d", "filters": 1000, "kernel_size": [1, 2, 3]},
        [4, 5, 6, 7],
        layer(lambda k: k.Conv3D(1000, (1, 2, 3)), (5, 6, 7, 4)),
        5,
    ),
    "conv1d_transpose": Case(
        {"type": "conv1d_transpose", "filters": 500, "kernel_size": 4, "strides": 2},
        [6, 20],
        layer(lambda k: k.Conv1DTranspose(500, 4, strides=2), (20, 6)),
        10,
    ),
    "conv2d_transpose": Case(
        {"type": "conv2d_transpose", "filters": 500, "kernel_size": [3, 4], "strides": [2, 3]},
        [12, 7, 7],
        layer(lambda k: k.Conv2DTranspose(500, (3, 4), strides=(2, 3)), (7, 7, 12)),
        5,
    ),
    "conv3d_transpose": Case(
        {"type": "conv3d_transpose", "filters": 500, "kernel_size": 2, "strides": 2},
        [5, 3, 3, 3],
        layer(lambda k: k.Conv3DTranspose(500, 2, strides=2), (3, 3, 3, 5)),
        10,
    ),
    "depthwise_conv1d": Case(
        {"type": "depthwise_conv1d", "kernel_size": 5, "depth_multiplier": 2},
        [500, 9],
        layer(lambda k: k.DepthwiseConv1D(5, depth_multiplier=2), (9, 500)),
        20,
    ),
    "depthwise_conv2d": Case(
        {"type": "depthwise_conv2d", "kernel_size": [3, 2], "depth_multiplier": 2, "strides": 2},
        [500, 9, 9],
        layer(lambda k: k.DepthwiseConv2D((3, 2), depth_multiplier=2, strides=2), (9, 9, 500)),
        20,
    ),
    "separable_conv2d": Case(
        {"type": "separable_conv2d", "kernel_size": 3, "depth_multiplier": 2, "filters": 300},
        [20, 9, 9],
        separable,
        300,
    ),
    "embedding": Case(
        {"type": "embedding", "count": 2000, "dim": 60},
        {"tokens": 5},
        layer(lambda k: k.Embedding(2000, 60), (5,)),
    ),
    "positional_embedding": Case(
        {"type": "positional_embedding", "count": 2000, "dim": 60},
        [5, 60],
        layer(lambda k: k.Embedding(2000, 60), (5,)),
    ),
    "rnn": Case({"type": "rnn", "units": 50}, [5, 24], recurrent("SimpleRNN"), 100),
    "lstm": Case({"type": "lstm", "units": 50}, [5, 24], recurrent("LSTM"), 30),
    "gru": Case({"type": "gru", "units": 50}, [5, 24], recurrent("GRU"), 40),
    "multi_head_attention": Case(
        {"type": "multi_head_attention", "heads": 4},
        [5, 96],
        attention(lambda k: k.MultiHeadAttention(num_heads=4, key_dim=24)),
        12,
    ),
    "multi_head_attention, keys and values shared": Case(
        {"type": "multi_head_attention", "heads": 4, "kv_heads": 2, "head_dim": 40},
        [5, 96],
        attention(lambda k: k.GroupQueryAttention(40, num_query_heads=4, num_key_value_heads=2)),
        14,
    ),
    "gated_mlp": Case({"type": "gated_mlp", "units": 300}, [5, 40], gated_mlp, 10),
    "batch_norm": Case({"type": "batch_norm"}, [6, 9, 9], layer(lambda k: k.BatchNormalization(), (9, 9, 6))),
    "layer_norm": Case({"type": "layer_norm"}, 12, layer(lambda k: k.LayerNormalization(), (12,))),
    "group_norm": Case(
        {"type": "group_norm", "groups": 2}, [6, 9, 9], layer(lambda k: k.GroupNormalization(2), (9, 9, 6))
    ),
    "instance_norm": Case(
        {"type": "instance_norm", "affine": True},
        [6, 9, 9],
        layer(lambda k: k.GroupNormalization(-1), (9, 9, 6)),
    ),
    "rms_norm": Case({"type": "rms_norm"}, 12, layer(lambda k: k.RMSNormalization(), (12,))),
    "prelu": Case(
        {"type": "prelu", "per_channel": True}, [6, 9], layer(lambda k: k.PReLU(shared_axes=[1]), (9, 6))
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_the_preset_draws_as_keras_does(name: str, keras: Any) -> None:
    """The values of each layer have the distributions of Keras's new layer, and constants are equal."""
    case = CASES[name]

    assert [] == differences(drawn(case, "keras"), fresh(case, keras.layers))


@pytest.mark.parametrize("name", ["rnn", "lstm", "gru"])
def test_gates_are_orthogonal_together(name: str, keras: Any) -> None:
    """Keras's recurrent kernel (H, gates * H) has orthonormal rows, and so have the gates drawn for it together."""
    (ours,) = drawn(CASES[name]._replace(copies=1), "keras")["l0.forward/recurrent_kernel"]
    theirs = CASES[name].fresh(keras.layers)["l0.forward/recurrent_kernel"]
    rows = ours.reshape(-1, 50).T

    assert rows.shape == theirs.shape
    for found in (rows, theirs):
        assert np.eye(50) == pytest.approx(found @ found.T, abs=1e-5)

"""Attention with its options in Keras's and Flax's own classes: the same outputs as a probe's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import winitgen
from tests.frameworks.autograd import batch, close
from tests.probing.whole_model import signals

pytestmark = pytest.mark.slow

Q, K, V = (
    batch(4, *shape, dtype="float32", seed=seed) for seed, shape in enumerate([(7, 12), (5, 9), (5, 10)])
)
INPUTS = {"x": Q, "memory": K, "other": V}
BIASES = {"bias_init": {"scheme": "normal", "std": 0.3}}


def spec(**options: Any) -> dict[str, Any]:
    """Return a model of one attention, with the inputs that it takes."""
    used = ["x", *(options[key] for key in ("source", "value_source") if key in options)]
    sizes = {name: list(INPUTS[name].shape[1:]) for name in used}
    layer = {"name": "attn", "type": "multi_head_attention", "from": "x", **BIASES, **options}
    return {"input": sizes, "layers": [layer]}


def probed(model: dict[str, Any]) -> np.ndarray:
    """Return the output that a probe computes."""
    return signals(model, INPUTS, "float32")["attn"]


def test_values_of_another_size_of_keras(keras: Any, tmp_path: Path) -> None:
    """Keras's `value_dim` is that of the spec; JAX's own function, without scores, refuses it."""
    model_spec, path = spec(heads=3, head_dim=5, value_dim=2), tmp_path / "model.weights.h5"
    x = keras.Input((7, 12))
    layer = keras.layers.MultiHeadAttention(3, 5, value_dim=2, name="attn")
    model = keras.Model(x, layer(x, x, return_attention_scores=True)[0])
    winitgen.write(model_spec, path, layout="keras", fsync=False)
    model.load_weights(path)

    close(probed(model_spec), model.predict(Q, verbose=0), "float32")


CROSS = {"heads": 3, "head_dim": 5, "source": "memory", "value_source": "other"}


def test_cross_attention_of_keras(keras: Any, tmp_path: Path) -> None:
    """Keras's own file loads into a model of three inputs, in Keras's order: query, value, key."""
    model_spec, path = spec(**CROSS), tmp_path / "model.weights.h5"
    inputs = [keras.Input(INPUTS[name].shape[1:]) for name in ("x", "other", "memory")]
    model = keras.Model(inputs, keras.layers.MultiHeadAttention(3, 5, name="attn")(*inputs))
    winitgen.write(model_spec, path, layout="keras", fsync=False)
    model.load_weights(path)

    close(probed(model_spec), model.predict([Q, V, K], verbose=0), "float32")


def linen(jax: Any, framework: Callable[[str], Any], model: dict[str, Any], **options: Any) -> Any:
    """Return the output of linen's attention with the weights of a spec."""
    flat = framework("flax.traverse_util").unflatten_dict(winitgen.generate(model, layout="flax"), sep=".")
    nn = framework("flax.linen")
    module = nn.MultiHeadDotProductAttention(3, qkv_features=15, out_features=12, name="attn", **options)
    expected = module.init(jax.random.key(0), Q, K, V)
    shapes = jax.tree.map(np.shape, dict(expected["params"]))
    assert shapes == jax.tree.map(np.shape, flat["params"]["attn"])
    return np.asarray(module.apply({"params": flat["params"]["attn"]}, Q, K, V))


def test_cross_attention_of_linen(jax: Any, framework: Callable[[str], Any]) -> None:
    """The variables are those of linen's attention over three inputs."""
    close(probed(spec(**CROSS)), linen(jax, framework, spec(**CROSS)), "float32")


def nnx_output(jax: Any, framework: Callable[[str], Any], model: dict[str, Any], **options: Any) -> Any:
    """Return the output of nnx's attention with the weights of a spec."""
    nnx = framework("flax.nnx")
    sizes = {"qkv_features": 15, "out_features": 12, "in_kv_features": 9}
    module = nnx.MultiHeadAttention(3, 12, **sizes, decode=False, rngs=nnx.Rngs(0), **options)
    state = dict(nnx.to_flat_state(nnx.state(module, nnx.Param)))
    arrays = {
        tuple(name.split(".")[1:]): array for name, array in winitgen.generate(model, layout="nnx").items()
    }
    assert {path: leaf.shape for path, leaf in state.items()} == {p: a.shape for p, a in arrays.items()}
    for path, leaf in state.items():
        leaf.set_value(jax.numpy.asarray(arrays[path]))
    nnx.update(module, nnx.from_flat_state(state))
    return np.asarray(module(Q, K))


def test_cross_attention_of_nnx(jax: Any, framework: Callable[[str], Any]) -> None:
    """The state is that of nnx's attention, whose keys and values have features of their own."""
    model = spec(heads=3, head_dim=5, source="memory")

    close(probed(model), nnx_output(jax, framework, model), "float32")


NORMED = {
    "heads": 3,
    "head_dim": 5,
    "query_key_norm": "layer_norm",
    "epsilon": 1e-6,
    "use_bias": ["query", "key", "value", "output"],
    "source": "memory",
}


def normed() -> dict[str, Any]:
    """Return a model of one attention whose norms have random scales."""
    return {**spec(**NORMED), "rules": [{"match": "*/gamma", "init": "normal"}]}


def test_norms_of_linen(jax: Any, framework: Callable[[str], Any]) -> None:
    """`normalize_qk` is a layer norm of each head without a shift."""
    model = {**spec(**CROSS, **{key: NORMED[key] for key in ("query_key_norm", "epsilon", "use_bias")})}
    model["rules"] = [{"match": "*/gamma", "init": "normal"}]

    close(probed(model), linen(jax, framework, model, normalize_qk=True), "float32")


def test_norms_of_nnx(jax: Any, framework: Callable[[str], Any]) -> None:
    """The state has the scales of both norms."""
    close(probed(normed()), nnx_output(jax, framework, normed(), normalize_qk=True), "float32")

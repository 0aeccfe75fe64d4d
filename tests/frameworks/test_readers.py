"""Weight files written by frameworks are read with the values of the models."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import winitgen
from winitgen.files.input import open_weights

pytestmark = pytest.mark.slow


def _same(expected: dict[str, Any], path: Path) -> None:
    with open_weights(path) as weights:
        found = {tensor.name: tensor.read(0, tensor.size).reshape(tensor.shape) for tensor in weights.tensors}
    assert set(expected) == set(found)
    assert all(np.array_equal(array, found[name]) for name, array in expected.items())


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_keras(framework: Callable[[str], ModuleType], tmp_path: Path) -> None:
    """A file saved by Keras has the values of its model."""
    os.environ.setdefault("KERAS_BACKEND", "jax")
    keras = framework("keras")
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(4, name="first")])
    model.save_weights(tmp_path / "w.weights.h5")
    kernel, bias = model.get_weights()

    _same({"layers/dense/vars/0": kernel, "layers/dense/vars/1": bias}, tmp_path / "w.weights.h5")


def test_shards_of_transformers(torch: Any, transformers: Any, tmp_path: Path) -> None:
    """Shards written by transformers are read by their folder and by their index."""
    torch.manual_seed(0)
    config = transformers.GPT2Config(n_embd=32, n_layer=3, n_head=2, vocab_size=100, n_positions=16)
    model = transformers.GPT2Model(config)
    model.save_pretrained(tmp_path, max_shard_size="60KB")
    expected = {name: array.numpy() for name, array in model.state_dict().items()}

    assert len(list(tmp_path.glob("*.safetensors"))) > 1
    _same(expected, tmp_path)
    _same(expected, tmp_path / "model.safetensors.index.json")


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_bfloat16_of_keras(keras: Any, tmp_path: Path) -> None:
    """What Keras loads in bfloat16 and saves again holds the planned bits: as one file, and in shards of its own."""
    spec = {
        "input": 3,
        "dtype": "bfloat16",
        "layers": [
            {"name": "a", "type": "dense", "units": 4, "activation": "relu"},
            {"name": "b", "type": "dense", "units": 2},
        ],
    }
    ours, theirs, shards = (tmp_path / name for name in ("ours.weights.h5", "w.weights.h5", "s.weights.json"))
    winitgen.write(spec, ours, layout="keras", fsync=False)
    keras.config.set_dtype_policy("bfloat16")
    try:
        layers = [keras.layers.Dense(4, name="a"), keras.layers.Dense(2, name="b")]
        model = keras.Sequential([keras.Input((3,)), *layers])
    finally:
        keras.config.set_dtype_policy("float32")
    model.load_weights(ours)
    model.save_weights(theirs)
    model.save_weights(shards, max_shard_size=50 / 2**30)

    for path in (theirs, shards):
        assert "verified" == winitgen.verify(path, spec, layout="keras")["status"]
        assert winitgen.diff(ours, path)["equal"]
        rows = winitgen.inspect(path)["tensors"]
        assert {"bfloat16"} == {row["dtype"] for row in rows}
        assert all(row["statistics"]["finite"] == row["elements"] for row in rows)
    with open_weights(theirs) as weights:
        found = {tensor.name: tensor.read(0, tensor.size) for tensor in weights.tensors}
    assert all(
        np.array_equal(found[f"layers/dense{'_1' * number}/vars/0"], np.asarray(layer.kernel).ravel())
        for number, layer in enumerate(layers)
    )


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_equinox(framework: Callable[[str], ModuleType], jax: Any, tmp_path: Path, dtype: str) -> None:
    """The arrays that Equinox writes in a row are those of its model, in order."""
    equinox = framework("equinox")
    model = equinox.nn.MLP(3, 2, 4, 1, key=jax.random.key(0), dtype=jax.numpy.dtype(dtype))
    equinox.tree_serialise_leaves(tmp_path / "m.eqx", model)
    arrays = [np.asarray(leaf) for leaf in jax.tree.leaves(equinox.filter(model, equinox.is_array))]

    assert 4 == len(arrays)
    _same({str(number): array for number, array in enumerate(arrays)}, tmp_path / "m.eqx")


def test_mlx(framework: Callable[[str], ModuleType], tmp_path: Path) -> None:
    """Files of MLX: null in place of metadata, and bfloat16 in an archive, which NumPy takes for bytes."""
    mx: Any = framework("mlx.core")
    arrays = {
        "a": mx.array([1.0, 3.0]),
        "b": mx.array([[0.5, 8.0]]).astype(mx.bfloat16),
        "c": mx.array([1 + 2j]),
    }
    mx.save_safetensors(str(tmp_path / "w.safetensors"), arrays)
    mx.savez(str(tmp_path / "w.npz"), **arrays)

    assert b'"__metadata__":null' in (tmp_path / "w.safetensors").read_bytes()
    for name in ("w.safetensors", "w.npz"):
        rows = {row["name"]: row for row in winitgen.inspect(tmp_path / name)["tensors"]}
        assert {"a": "float32", "b": "bfloat16", "c": "complex64"} == {
            one: rows[one]["dtype"] for one in rows
        }
        assert [2.0, 4.25, [1.0, 2.0]] == [rows[one]["statistics"]["mean"] for one in "abc"]
    assert winitgen.diff(tmp_path / "w.safetensors", tmp_path / "w.npz")["equal"]

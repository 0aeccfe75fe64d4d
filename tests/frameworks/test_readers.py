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
        assert all(row["statistics"]["finite"] == row["values"] for row in rows)
    with open_weights(theirs) as weights:
        found = {tensor.name: tensor.read(0, tensor.size) for tensor in weights.tensors}
    assert all(
        np.array_equal(found[f"layers/dense{'_1' * number}/vars/0"], np.asarray(layer.kernel).ravel())
        for number, layer in enumerate(layers)
    )

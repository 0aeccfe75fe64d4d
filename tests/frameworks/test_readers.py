"""Weight files written by frameworks are read with the values of the models."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

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

"""Keras's sharded form: the same index as Keras writes, and a model that loads it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import winitgen

SPEC: dict[str, Any] = {
    "model": "m",
    "input": [6, 8],
    "defaults": {"bias_init": {"scheme": "normal", "std": 1}},
    "layers": [
        {"name": "att", "type": "multi_head_attention", "heads": 2},
        {"name": "norm", "type": "layer_norm"},
        {"name": "lstm", "type": "lstm", "units": 3, "bidirectional": True},
        {"name": "drop", "type": "dropout", "rate": 0.1},
        {"name": "out", "type": "dense", "units": 5},
    ],
}
"""Parts with names of their own, groups of several variables, a layer without any."""

pytestmark = pytest.mark.filterwarnings(
    "ignore:__array__ implementation:DeprecationWarning", "ignore:Layer .* does not support masking"
)


@pytest.fixture
def model(framework: Callable[[str], ModuleType]) -> Any:
    """Return the model of the spec in Keras."""
    os.environ.setdefault("KERAS_BACKEND", "jax")
    keras = framework("keras")
    values = inputs = keras.Input((6, 8))
    values = keras.layers.MultiHeadAttention(2, 4)(values, values)
    values = keras.layers.LayerNormalization()(values)
    values = keras.layers.Bidirectional(keras.layers.LSTM(3))(values)
    values = keras.layers.Dropout(0.1)(values)
    return keras.Model(inputs, keras.layers.Dense(5)(values))


@pytest.mark.parametrize("limit", [384, 500, 600, 1024, 1500, 3000])
def test_the_files_are_those_of_keras(model: Any, tmp_path: Path, limit: int) -> None:
    """The index is the same, byte for byte, wherever a shard ends in a layer, and so are the names of the files."""
    for folder in ("theirs", "ours"):
        (tmp_path / folder).mkdir()
    model.save_weights(tmp_path / "theirs" / "w.weights.json", max_shard_size=limit / 2**30)
    out = tmp_path / "ours" / "w.weights.json"
    winitgen.write(SPEC, out, layout="keras", max_shard_size=f"{limit / 1000}KB", fsync=False)

    assert (tmp_path / "theirs" / "w.weights.json").read_text() == out.read_text()
    assert sorted(os.listdir(tmp_path / "theirs")) == sorted(os.listdir(tmp_path / "ours"))
    assert (limit == 3000) == (len(os.listdir(tmp_path / "ours")) == 2)


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
@pytest.mark.parametrize("limit", [384, 600, 3000])
def test_the_model_loads_the_shards(
    model: Any, framework: Callable[[str], ModuleType], tmp_path: Path, limit: int, dtype: str
) -> None:
    """Every weight has the value that it has in the one file; a group may be in two shards."""
    winitgen.write(SPEC, tmp_path / "one.weights.h5", layout="keras", dtype=dtype, fsync=False)
    winitgen.write(
        SPEC,
        tmp_path / "w.weights.json",
        layout="keras",
        dtype=dtype,
        max_shard_size=f"{limit / 1000}KB",
        fsync=False,
    )
    model.load_weights(tmp_path / "one.weights.h5")
    one = [np.asarray(values) for values in model.get_weights()]
    model.set_weights([np.zeros_like(values) for values in one])
    model.load_weights(tmp_path / "w.weights.json")

    assert sum(bool(values.any()) for values in one) > 12
    assert all(map(np.array_equal, one, model.get_weights()))


def test_shards_of_keras_are_read(model: Any, tmp_path: Path) -> None:
    """Files that Keras has written, with empty groups of the next layer, have the values of its model."""
    model.save_weights(tmp_path / "w.weights.json", max_shard_size=600 / 2**30)
    model.save_weights(tmp_path / "one.weights.h5")

    assert winitgen.diff(tmp_path / "w.weights.json", tmp_path / "one.weights.h5")["equal"]

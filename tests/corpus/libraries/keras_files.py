"""Keras 3: archives, weights in HDF5, shards, quantized models and other number formats, on one backend or another."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from tests.corpus.record import Record

os.environ["KERAS_BACKEND"] = os.environ.get("CORPUS_BACKEND", "jax")


def write(record: Record) -> None:
    """Write models of several kinds."""
    import keras

    keras.utils.set_random_seed(1)
    for name, model in _models(keras).items():
        _saved(record, name, model)
    _shards(record, keras)
    for way in ("int8", "int4", "float8"):
        _quantized(record, keras, way)
    for kind in ("bfloat16", "float16", "mixed_bfloat16", "float64"):
        keras.config.set_dtype_policy(kind)
        _saved(record, kind, _dense(keras))
    keras.config.set_dtype_policy("float32")
    _trained(record, keras)


def _dense(keras: Any) -> Any:
    return keras.Sequential(
        [keras.Input((5,)), keras.layers.Dense(4), keras.layers.BatchNormalization(), keras.layers.Dense(3)]
    )


def _models(keras: Any) -> dict[str, Any]:
    layers = keras.layers
    image = keras.Sequential(
        [
            keras.Input((8, 8, 3)),
            layers.Conv2D(4, 3),
            layers.SeparableConv2D(5, 3),
            layers.Conv2DTranspose(2, 3),
        ]
    )
    text = keras.Sequential(
        [
            keras.Input((6,)),
            layers.Embedding(11, 4),
            layers.Bidirectional(layers.LSTM(3)),
            layers.Dropout(0.1),
        ]
    )
    inputs = keras.Input((7, 8))
    attention = keras.Model(
        inputs, layers.LayerNormalization()(layers.MultiHeadAttention(2, 4)(inputs, inputs))
    )
    inner = _dense(keras)
    nested = keras.Sequential([keras.Input((5,)), inner, layers.GroupNormalization(3), layers.Dense(2)])
    shared = layers.Dense(4)
    given = keras.Input((4,))
    twice = keras.Model(given, shared(shared(given)))
    return {
        "dense": _dense(keras),
        "image": image,
        "text": text,
        "attention": attention,
        "nested": nested,
        "twice": twice,
    }


def _variables(content: Any) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the datasets of Keras's HDF5 and their number formats: its attribute says which, where HDF5 has no name."""
    import h5py
    import ml_dtypes

    found: dict[str, Any] = {}

    def visit(name: str, item: Any) -> None:
        if isinstance(item, h5py.Dataset):
            kind = item.attrs.get("dtype")
            values = item[()]
            if kind is not None and hasattr(ml_dtypes, str(kind)):
                values = np.asarray(values).view(getattr(ml_dtypes, str(kind)))
            found[name] = values

    with h5py.File(content, "r") as file:
        file.visititems(visit)
    return found, {}


def _saved(record: Record, name: str, model: Any) -> None:
    model.save(record.path(f"{name}.keras"))
    with zipfile.ZipFile(record.path(f"{name}.keras")) as archive:
        content = io.BytesIO(archive.read("model.weights.h5"))
    stored, _ = _variables(content)
    record.gives(f"{name}.keras", stored)
    model.save_weights(record.path(f"{name}.weights.h5"))
    record.gives(f"{name}.weights.h5", _variables(record.path(f"{name}.weights.h5"))[0])
    if name in {"dense", "nested", "text"}:
        model.save(record.path(f"{name}_whole.h5"))
        record.gives(f"{name}_whole.h5", _variables(record.path(f"{name}_whole.h5"))[0])


def _shards(record: Record, keras: Any) -> None:
    layers = [keras.layers.Dense(60 + index) for index in range(5)]
    model = keras.Sequential([keras.Input((50,)), *layers])
    path = record.path("shards/model.weights.json")
    try:
        model.save_weights(path, max_shard_size=40 / 2**20)
    except TypeError:  # an older version does not divide a model
        return
    found: dict[str, Any] = {}
    for part in sorted(Path(path).parent.glob("*.weights.h5")) + sorted(
        Path(path).parent.glob("model_0*.h5")
    ):
        found |= _variables(str(part))[0]
    record.gives("shards/model.weights.json", found)
    record.gives("shards", found)


def _quantized(record: Record, keras: Any, way: str) -> None:
    model = keras.Sequential([keras.Input((6,)), keras.layers.Dense(4), keras.layers.Dense(3)])
    try:
        model.quantize(way)
    except ValueError:  # an older version has no such way
        return
    model.save_weights(record.path(f"{way}.weights.h5"))
    record.gives(f"{way}.weights.h5", _variables(record.path(f"{way}.weights.h5"))[0])


def _trained(record: Record, keras: Any) -> None:
    model = _dense(keras)
    model.compile("adam", "mse")
    model.fit(np.ones((4, 5), "f4"), np.ones((4, 3), "f4"), verbose=0)
    _saved(record, "trained", model)
    model.save(record.path("folder.h5"), include_optimizer=True)
    record.gives("folder.h5", _variables(record.path("folder.h5"))[0])

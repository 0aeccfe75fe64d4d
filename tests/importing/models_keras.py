"""Small models of Keras, in Keras's own files."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from winitgen.numeric.arrays import Array


def _built(make: Callable[[Any], Any], seed: int) -> Any:
    os.environ.setdefault("KERAS_BACKEND", "jax")
    os.environ.setdefault("JAX_PLATFORMS", "cpu")
    import keras

    keras.backend.clear_session()
    keras.utils.set_random_seed(seed)
    return make(keras)


def _mlp(keras: Any) -> Any:
    dense = keras.layers.Dense
    return keras.Sequential(
        [keras.Input((90,)), dense(200), keras.layers.BatchNormalization(), dense(130, kernel_initializer="he_normal"),
         dense(70, kernel_initializer="lecun_normal"), dense(50, kernel_initializer="orthogonal"), dense(3)]
    )  # fmt: skip


def _convolutions(keras: Any) -> Any:
    layers = keras.layers
    return keras.Sequential(
        [keras.Input((32, 32, 3)), layers.Conv2D(24, 5), layers.DepthwiseConv2D(3), layers.SeparableConv2D(40, 3),
         layers.Conv2DTranspose(30, 4), layers.GroupNormalization(5), layers.GlobalAveragePooling2D(), layers.Dense(9)]
    )  # fmt: skip


def _recurrent(keras: Any) -> Any:
    layers = keras.layers
    return keras.Sequential(
        [keras.Input((20,)), layers.Embedding(300, 40), layers.LSTM(50, return_sequences=True),
         layers.Bidirectional(layers.GRU(36)), layers.Dense(8)]
    )  # fmt: skip


def _attention(keras: Any) -> Any:
    layers = keras.layers
    seen = keras.Input((16, 96))
    attended = layers.MultiHeadAttention(4, 24)(seen, seen)
    normed = layers.LayerNormalization()(attended)
    return keras.Model(
        seen, layers.Dense(96)(layers.Dense(250, kernel_initializer="truncated_normal")(normed))
    )


def _mobile(keras: Any) -> Any:
    return keras.applications.MobileNetV2(weights=None, input_shape=(64, 64, 3), classes=10, alpha=0.35)


MODELS: dict[str, Callable[[int], Any]] = {
    f"keras:{name}": partial(_built, make)
    for name, make in (
        ("mlp", _mlp), ("convolutions", _convolutions), ("recurrent", _recurrent), ("attention", _attention),
        ("mobilenet_v2", _mobile),
    )
}  # fmt: skip


def save(model: Any, folder: Path) -> tuple[Path, dict[str, Array]]:
    """Save the whole model, or the weights alone if it is large; return the arrays by their path in the file."""
    import h5py
    import numpy as np

    weights = folder / "model.weights.h5"
    model.save_weights(weights)
    found: dict[str, Array] = {}
    with h5py.File(weights) as file:
        file.visititems(
            lambda name, item: (
                found.update({name: np.asarray(item)}) if isinstance(item, h5py.Dataset) else None
            )
        )
    if len(model.layers) > 20:
        return weights, found
    model.save(folder / "model.keras")
    return folder / "model.keras", found

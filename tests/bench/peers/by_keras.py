"""Keras's initializers on JAX, as its users draw with them."""

from __future__ import annotations

import os

os.environ["KERAS_BACKEND"] = "jax"
os.environ.setdefault("JAX_PLATFORMS", "cpu")
os.environ.setdefault("JAX_ENABLE_X64", "1")  # float64 is drawn, too

from collections.abc import Callable, Mapping
from typing import Any

import jax.numpy as jnp
import keras
from safetensors.flax import save_file

LAWS: dict[str, Callable[[], Any]] = {
    "normal": lambda: keras.initializers.RandomNormal(0.0, 0.02),
    "uniform": lambda: keras.initializers.RandomUniform(-0.1, 0.1),
    "truncated normal": lambda: keras.initializers.TruncatedNormal(0.0, 0.02),
}


def use(_: int) -> None:
    """Nothing: XLA has a thread for each core that the process may use."""


def he_normal(units: int, inputs: int) -> Any:
    """Return a kernel of a ReLU layer: Keras truncates it."""
    return keras.initializers.HeNormal()((inputs, units), "float32")


def xavier_normal(units: int, inputs: int) -> Any:
    """Return a kernel of another layer."""
    return keras.initializers.GlorotNormal()((inputs, units), "float32")


def constant(units: int, value: float) -> Any:
    """Return a bias."""
    return keras.initializers.Constant(value)((units,), "float32")


def save(weights: Mapping[str, Any], path: str) -> None:
    """Write the weights."""
    save_file(dict(weights), path)


def orthogonal(size: int) -> object:
    """Return an orthogonal matrix."""
    return keras.initializers.Orthogonal()((size, size), "float32").block_until_ready()


def filler(distribution: str, dtype: str, count: int, _: int) -> Callable[[], object]:
    """Return what draws ``count`` values; of float8 it rounds float32."""
    narrow = dtype.startswith("float8")
    law = LAWS[distribution]

    def draw() -> object:
        values = law()((count,), "float32" if narrow else dtype)
        return (values.astype(getattr(jnp, dtype)) if narrow else values).block_until_ready()

    return draw

"""The law of an initializer of Keras, from its own numbers."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from winitgen.importing.trace.formulas import CUT_AT_TWO
from winitgen.importing.trace.laws import TensorLaw, constant, normal, truncated, uniform
from winitgen.importing.trace.measured import MeasuredLaw, measured
from winitgen.numeric.arrays import Array


def law_of(initializer: Any, shape: tuple[int, ...]) -> TensorLaw | None:
    """Return the law of an initializer for a shape; None for one that has no known numbers."""
    name = type(initializer).__name__
    if not type(initializer).__module__.startswith("keras."):
        return None
    own = vars(initializer)
    if name in LAWS:
        return LAWS[name](own, shape)
    return _scaled(own, shape) if {"scale", "mode", "distribution"} <= own.keys() else None


def _cut(mean: float, std: float) -> TensorLaw:
    return truncated(mean, std, mean - 2 * std, mean + 2 * std)


LAWS: dict[str, Callable[[Mapping[str, Any], tuple[int, ...]], TensorLaw | None]] = {
    "Zeros": lambda own, shape: constant(0),
    "Ones": lambda own, shape: constant(1),
    "Constant": lambda own, shape: constant(float(own["value"])) if np.ndim(own["value"]) == 0 else None,
    "RandomNormal": lambda own, shape: normal(own["mean"], own["stddev"]),
    "RandomUniform": lambda own, shape: uniform(own["minval"], own["maxval"]),
    "TruncatedNormal": lambda own, shape: _cut(own["mean"], own["stddev"]),
    "Orthogonal": lambda own, shape: TensorLaw("orthogonal", (own["gain"],)) if len(shape) == 2 else None,
}
"""The law of each initializer that states its numbers itself, by its class."""


def _scaled(own: Mapping[str, Any], shape: tuple[int, ...]) -> TensorLaw:
    """Return the law of a variance that is the scale over a fan, as Keras counts the fans."""
    fan_in, fan_out = keras_fans(own, shape)
    fan = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2}[own["mode"]]
    variance = own["scale"] / max(1.0, fan)
    if own["distribution"] == "uniform":
        limit = math.sqrt(3 * variance)
        return uniform(-limit, limit)
    if own["distribution"] == "untruncated_normal":
        return normal(0, math.sqrt(variance))
    return _cut(0, math.sqrt(variance) / CUT_AT_TWO)  # which makes up for the cut


def fans_of(shape: tuple[int, ...]) -> tuple[int, int]:
    """Return fan_in and fan_out of a kernel whose last two axes are inputs and outputs, as Keras and JAX count them."""
    if len(shape) < 2:
        return (shape[0], shape[0]) if shape else (1, 1)
    inner = math.prod(shape[:-2])
    return shape[-2] * inner, shape[-1] * inner


def keras_fans(own: Mapping[str, Any], shape: tuple[int, ...]) -> tuple[int, int]:
    """Return the fans of a kernel whose initializer may say which axes are inputs and which are outputs."""
    axes = own.get("input_axes"), own.get("output_axes")
    if None in axes:
        return fans_of(shape)
    fan_in, fan_out = (math.prod(shape[axis] for axis in some) for some in axes if some is not None)
    return fan_in, fan_out


def law_of_values(initializer: Any, shape: tuple[int, ...], dtype: str) -> MeasuredLaw | None:
    """Return the law of what an initializer returns for one seed after another; None if it follows no scheme."""
    return measured(_draws(initializer, shape, dtype), float(np.finfo("float32").eps))


def _draws(initializer: Any, shape: tuple[int, ...], dtype: str) -> Iterator[Array]:
    import keras

    for seed in range(1, 1000):
        again = initializer
        if isinstance(initializer, keras.initializers.Initializer):
            options = initializer.get_config()
            again = type(initializer).from_config({**options, "seed": seed} if "seed" in options else options)
        yield np.asarray(keras.ops.convert_to_numpy(again(shape, dtype=dtype)), np.float64)

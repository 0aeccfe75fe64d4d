"""`preset: keras-efficientnet` against a fresh model: each variable's law."""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import winitgen
from winitgen.planning.plan import Parameter

pytestmark = pytest.mark.slow


def layer_of(layer: Any) -> dict[str, Any] | None:
    """Return a layer of Keras as a spec has it; None if it draws nothing."""
    kind = type(layer).__name__
    inputs = (
        layer.input.shape[-1] if kind in {"Conv2D", "DepthwiseConv2D", "Dense", "BatchNormalization"} else 0
    )
    if kind == "Conv2D":
        sizes = {"filters": layer.filters, "kernel_size": list(layer.kernel_size), "groups": layer.groups}
        return {"type": "conv2d", "inputs": inputs, "use_bias": layer.use_bias, **sizes}
    if kind == "DepthwiseConv2D":
        return {
            "type": "depthwise_conv2d",
            "inputs": inputs,
            "kernel_size": list(layer.kernel_size),
            "use_bias": layer.use_bias,
        }
    if kind == "Dense":
        return {"type": "dense", "inputs": inputs, "units": layer.units}
    return {"type": "batch_norm", "inputs": inputs} if kind == "BatchNormalization" else None


def difference(parameter: Parameter, values: Any) -> str:
    """Return how the values of a variable differ from its plan, or nothing."""
    assert parameter.std is not None
    if parameter.std == 0 or not np.any(values != values.flat[0]):
        return "" if parameter.std == 0 and np.all(values == parameter.mean) else f"{values.flat[0]} is found"
    std, largest = float(np.sqrt(np.mean(np.square(values)))), float(np.abs(values).max())
    if abs(std / parameter.std - 1) > 5 / math.sqrt(2 * values.size):
        return f"std {std:.5g}, planned {parameter.std:.5g} by {parameter.formula}"
    bound = 2.0 / 0.8796 if "truncated" in parameter.scheme else math.sqrt(3)
    return "" if largest < 1.001 * bound * parameter.std else f"largest {largest:.5g} of std {std:.5g}"


def test_a_fresh_efficientnet_is_drawn_as_its_preset_says(framework: Callable[[str], Any]) -> None:
    """Each variable of a fresh model has the standard deviation and the limit of the preset."""
    os.environ.setdefault("KERAS_BACKEND", "jax")
    os.environ.setdefault("JAX_PLATFORMS", "cpu")
    keras = framework("keras")
    keras.utils.set_random_seed(0)
    model = keras.applications.EfficientNetB0(weights=None, classes=30, input_shape=(64, 64, 3))
    found, seen = [], 0
    for layer in model.layers:
        spec = layer_of(layer)
        if spec is None or not layer.variables:
            continue
        plan = winitgen.plan(
            {"defaults": {"preset": "keras-efficientnet"}, "layers": [{"name": "a", **spec}]}
        )
        planned = {parameter.role: parameter for parameter in plan.parameters}
        for variable in layer.variables:
            seen += 1
            line = difference(planned[variable.name], np.asarray(variable.value))
            found += [f"{layer.name}/{variable.name}: {line}"] if line else []

    assert [] == found
    assert seen > 200

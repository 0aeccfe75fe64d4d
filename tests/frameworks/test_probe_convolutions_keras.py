"""The side on which `same` puts an odd padding: the probe's layers against Keras's."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests.probing.windowed import windowed

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def on_cpu() -> None:
    """Have Keras compute with JAX, on the processor."""
    os.environ.setdefault("KERAS_BACKEND", "jax")
    os.environ.setdefault("JAX_PLATFORMS", "cpu")


def outputs(keras: Any, name: str, options: dict[str, Any], spec: dict[str, Any]) -> list[np.ndarray]:
    """Return the outputs of Keras's layer and of the spec's with the same kernel, channels first."""
    sample = [3, 11, 8]
    operation = windowed({**spec, **options}, sample, dtype="float32")
    images = np.random.default_rng(0).normal(size=(2, *sample)).astype("float32")
    layer = getattr(keras.layers, name)(**options, **({"filters": 4} if "Conv" in name else {}))
    layer.build((None, 11, 8, 3))
    if "Conv" in name:
        kernel, bias = operation.weights.needed("kernel"), operation.weights.needed("bias")
        layer.set_weights([kernel.transpose(2, 3, 1, 0), bias])
    out = np.asarray(layer(images.transpose(0, 2, 3, 1))).transpose(0, 3, 1, 2)
    return [out, operation.forward([images], keep=False)]


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize(("size", "strides"), [((3, 2), 1), ((3, 4), 2), ((2, 5), (3, 2)), ((1, 6), (2, 4))])
def test_windows(framework: Callable[[str], Any], size: Any, strides: Any, padding: str) -> None:
    """Convolutions and poolings use the same positions."""
    keras, options = framework("keras"), {"strides": strides, "padding": padding}
    for name, spec, size_key in (
        ("Conv2D", {"type": "conv2d", "filters": 4}, "kernel_size"),
        ("MaxPooling2D", {"type": "max_pool2d"}, "pool_size"),
        ("AveragePooling2D", {"type": "avg_pool2d"}, "pool_size"),
    ):
        expected, own = outputs(keras, name, {**options, size_key: size}, spec)

        np.testing.assert_allclose(own, expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("extra", [None, 0, 1])
@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize(("size", "strides"), [((3, 2), 2), ((4, 5), 2), ((5, 1), 3), ((2, 6), (3, 4))])
def test_transposed(
    framework: Callable[[str], Any], size: Any, strides: Any, padding: str, extra: int | None
) -> None:
    """Transposed convolutions remove and add the same positions."""
    options = {"kernel_size": size, "strides": strides, "padding": padding}
    if extra is not None:
        options["output_padding"] = extra
    spec = {"type": "conv2d_transpose", "filters": 4}
    expected, own = outputs(framework("keras"), "Conv2DTranspose", options, spec)

    np.testing.assert_allclose(own, expected, rtol=1e-4, atol=1e-5)

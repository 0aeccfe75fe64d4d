"""The default initialization of Keras's and Flax's layers, tested against their presets."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import winitgen
from winitgen.audit.statistics import check
from winitgen.files.input.open_file import OpenFile
from winitgen.files.input.stored_array import StoredArray

pytestmark = pytest.mark.slow

LAYERS = [
    {"name": "a", "type": "dense", "units": 300, "activation": "relu"},
    {"name": "b", "type": "dense", "units": 200},
]


def verdict(arrays: dict[str, np.ndarray], preset: str, layout: str) -> str:
    """Return the verdict on a model of two dense layers."""
    spec = {"input": 400, "defaults": {"preset": preset}, "layers": LAYERS}
    found = []
    for name, array in arrays.items():
        flat = np.ascontiguousarray(array).reshape(-1)
        read = lambda start, count, flat=flat: flat[start : start + count]  # noqa: E731
        found.append(StoredArray(name, flat.dtype.name, array.shape, flat.nbytes, read))
    return str(check(OpenFile("w", "", found, {}, None, {}), winitgen.plan(spec, layout=layout))["verdict"])


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make Keras and JAX compute on the CPU."""
    monkeypatch.setenv("KERAS_BACKEND", os.environ.get("KERAS_BACKEND", "jax"))
    monkeypatch.setenv("JAX_PLATFORMS", os.environ.get("JAX_PLATFORMS", "cpu"))


def test_keras(framework: Callable[[str], Any]) -> None:
    """Keras's Dense agrees with xavier_uniform and zeros; 3 % too large does not."""
    keras = framework("keras")
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [keras.Input((400,)), *(keras.layers.Dense(n, name=k) for k, n in (("a", 300), ("b", 200)))]
    )
    arrays = {"/".join(v.path.split("/")[-2:]): np.asarray(v.value) for v in model.variables}

    assert "agrees" == verdict(arrays, "keras", "keras")
    assert "differs" == verdict(
        {**arrays, "b/kernel": arrays["b/kernel"] * np.float32(1.03)}, "keras", "keras"
    )


def test_flax(framework: Callable[[str], Any]) -> None:
    """Linen's Dense agrees with lecun_truncated_normal and zeros; 3 % too large does not."""
    jax, nn = framework("jax"), framework("flax.linen")
    model = nn.Sequential([nn.Dense(300), nn.Dense(200)])
    params = model.init(jax.random.key(0), np.zeros((1, 400), np.float32))["params"]
    arrays = {
        f"params.{layer}.{name}": np.asarray(params[f"layers_{index}"][name])
        for index, layer in enumerate("ab")
        for name in ("kernel", "bias")
    }

    assert "agrees" == verdict(arrays, "flax", "flax")
    arrays["params.b.kernel"] = arrays["params.b.kernel"] * np.float32(1.03)
    assert "differs" == verdict(arrays, "flax", "flax")

"""A mixture of experts in Keras's own file: the weights of a layer of the user's own class."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import winitgen

pytestmark = pytest.mark.slow

SPEC = {
    "input": [7, 6],
    "defaults": {"bias_init": "normal"},
    "layers": [
        {"name": "fc", "type": "dense", "units": 5},
        {"name": "mlp", "type": "experts", "count": 3, "per_token": 2, "units": 4, "stacked": True},
    ],
}


def test_a_class_of_experts_loads(keras: Any, tmp_path: Path) -> None:
    """Each tensor is the weight of its place, with the values of the keras layout."""
    drawn = winitgen.generate(SPEC, layout="keras")
    shapes = [array.shape for name, array in drawn.items() if name.startswith("mlp")]

    class Experts(keras.layers.Layer):
        def build(self, shape: Any) -> None:
            self.found = [self.add_weight(shape=size, name=f"w{i}") for i, size in enumerate(shapes)]

        def call(self, x: Any) -> Any:
            return x

    x = keras.Input((7, 6))
    model = keras.Model(x, Experts()(keras.layers.Dense(5)(x)))
    path = tmp_path / "model.weights.h5"
    winitgen.write(SPEC, path, layout="keras", fsync=False)
    model.load_weights(path)

    for expected, variable in zip(drawn.values(), model.weights, strict=True):
        np.testing.assert_array_equal(expected, np.asarray(variable))

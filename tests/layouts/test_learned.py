"""Learned tensors in the flow, in Keras and Flax: their classes in Keras's file, the order after a flatten."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import winitgen
from winitgen import load
from winitgen.errors import SpecError
from winitgen.layouts import tensors


def test_their_classes_in_kerass_file() -> None:
    """A scale is keras.applications' LayerScale; the others are classes of their names."""
    layers = [{"name": name, "type": kind} for name, kind in (("a", "scale"), ("b", "shift"), ("c", "scale"))]
    layers += [{"name": "d", "type": "token"}, {"name": "e", "type": "queries", "count": 2, "dim": 3}]
    planned = load.plan({"input": [4, 5], "layers": layers}, layout="keras")

    assert {
        "a": "layers/layer_scale/vars/0",
        "b": "layers/shift/vars/0",
        "c": "layers/layer_scale_1/vars/0",
        "d": "layers/token/vars/0",
        "e": "layers/queries/vars/0",
    } == {tensor.name: tensor.keras_path for tensor in tensors(planned)}


@pytest.mark.parametrize("layout", ["keras", "flax", "nnx"])
def test_after_a_flatten_features_have_the_order_of_the_framework(layout: str) -> None:
    """The values of a scale move with their features, whatever the shape they are stored with."""
    spec: dict[str, Any] = {
        "input": [2, 3],
        "layers": [
            {"type": "max_pool1d", "pool_size": 1},
            {"type": "flatten"},
            {"name": "a", "type": "scale", "shape": [1, 6], "init": "normal"},
            {"name": "one", "type": "scale", "axis": [], "init": "normal"},
        ],
    }
    torch, own = (winitgen.generate(spec, layout=name) for name in ("torch", layout))
    prefix = "params." if layout == "flax" else ""

    np.testing.assert_array_equal(torch["a"].reshape(2, 3).T.reshape(1, 6), own[f"{prefix}a"], strict=True)
    np.testing.assert_array_equal(torch["one"], own[f"{prefix}one"], strict=True)


@pytest.mark.parametrize("layout", ["keras", "flax", "nnx"])
def test_several_axes_of_an_image_are_refused(layout: str) -> None:
    """With channels last the values would have another order."""
    layers = [{"type": "shift", "axis": [0, 1, 2]}]

    with pytest.raises(SpecError) as caught:
        load.plan({"input": [3, 8, 8], "layers": layers}, layout=layout)
    assert (
        "<mapping>:1:59: layers[0].axis: with channels last, the values along several axes of an image have another order; "
        "move the channels to the end with a permute before it"
    ) == str(caught.value)

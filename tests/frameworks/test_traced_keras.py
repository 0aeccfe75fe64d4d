"""Models of Keras as layer-specs: each usual layer, by the numbers of its own initializers."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import winitgen
from tests.frameworks import traced_models
from winitgen.errors import SpecError
from winitgen.importing.trace import of_class
from winitgen.importing.trace.user_model import user_model

HERE = "tests.frameworks.traced_models"


@pytest.fixture(autouse=True)
def keras(framework: Callable[[str], ModuleType]) -> ModuleType:
    """Keras, with a backend of those that the tests have."""
    os.environ.setdefault("KERAS_BACKEND", "jax")
    return framework("keras")


EXPECTED: dict[str, Any] = {
    "conv2d.kernel": ("he_truncated_normal", (27, 63)),
    "separable_conv2d.depthwise_kernel": ("xavier_uniform", (63, 9)),
    "separable_conv2d.pointwise_kernel": ("xavier_uniform", (7, 5)),
    "depthwise_conv2d.kernel": ({"scheme": "uniform", "low": -0.5, "high": 0.5}, None),
    "conv2d_transpose.kernel": ("lecun_uniform", (16, 20)),
    "batch_normalization.moving_variance": ("ones", None),
    "embedding.embeddings": ({"scheme": "uniform", "low": -0.05, "high": 0.05}, None),
    "multi_head_attention.query.kernel": ("xavier_uniform", (6, 10)),
    "bidirectional.forward_lstm.lstm_cell.kernel": ({"scheme": "normal", "std": 0.02}, None),
    "bidirectional.forward_lstm.lstm_cell.recurrent_kernel": ("orthogonal", None),
    "bidirectional.forward_lstm.lstm_cell.bias": (
        {"scheme": "listed", "values": [0, 1, 0, 0], "each": 4},
        None,
    ),
    "dense.kernel": ({"scheme": "trunc_normal", "std": 0.1, "low": -0.2, "high": 0.2}, None),
    "dense.bias": ("zeros", None),
    "p_re_lu.alpha": ("ones", None),
}


def test_each_usual_layer() -> None:
    """The law of each kernel is its initializer's, with its own numbers and the fans as Keras counts them."""
    found = {
        tensor.name: (tensor.init, tensor.fans) for tensor in user_model(f"{HERE}:keras_layers", {}).tensors
    }

    assert EXPECTED == {name: found[name] for name in EXPECTED}


def test_the_model_agrees_with_its_layer_spec(keras: ModuleType, tmp_path: Path) -> None:
    """The model's own names, shapes and values are those of the layer-spec, by `verify --statistics`."""
    spec, weights = tmp_path / "model.yaml", tmp_path / "model.npz"
    spec.write_text(of_class(f"{HERE}:keras_layers", {}).text)
    keras.utils.clear_session()
    keras.utils.set_random_seed(1)
    values = {
        one.path.replace("/", "."): np.asarray(one.value) for one in traced_models.keras_layers().weights
    }
    np.savez(weights, **values)

    assert {name: value.shape for name, value in values.items()} == {
        name: value.shape for name, value in winitgen.generate(spec).items()
    }
    report = winitgen.verify(weights, spec, statistics=True)
    assert [] == [(row["name"], row["why"]) for row in report["tensors"] if row["why"]]


def test_an_initializer_of_the_user() -> None:
    """It is called with several seeds, and its values are measured or counted out."""
    found = {tensor.name: tensor.init for tensor in user_model(f"{HERE}:own_initializer", {}).tensors}

    assert {"scheme": "listed", "values": [1, -2]} == found["sequential.dense.kernel"]


def test_a_model_that_is_not_built() -> None:
    """Layers without an input have no variables yet."""
    with pytest.raises(SpecError) as refusal:
        of_class("keras.layers:Dense", {"units": 3})

    message = "the model has no variables; have the target return one that is built, with its input shape"
    assert f"keras.layers:Dense: {message}" == str(refusal.value)

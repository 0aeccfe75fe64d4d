"""The numbers of a summary against those that Keras prints below its own."""

from __future__ import annotations

from typing import Any

import pytest

import winitgen
from tests.frameworks import keras_models
from tests.frameworks.test_parity_keras import spec_of
from winitgen.report.model_summary import summarize_layers

pytestmark = pytest.mark.slow


def numbers(keras: Any, model: Any) -> tuple[int, int]:
    """Return Keras's trainable and non-trainable parameters."""
    count = keras.src.utils.summary_utils.count_params
    return int(count(model.trainable_variables)), int(count(model.non_trainable_variables))


@pytest.mark.parametrize("name", keras_models.MODELS)
def test_trainable_and_buffers(name: str, keras: Any) -> None:
    """Running statistics are Keras's non-trainable parameters."""
    report = summarize_layers(winitgen.plan(spec_of(name), layout="keras"))
    model = keras_models.MODELS[name](keras)
    seeds = sum(1 for variable in model.non_trainable_variables if "seed" in variable.path)

    trainable, frozen = numbers(keras, model)
    assert (trainable, frozen - 2 * seeds) == (report["totals"]["trainable"], report["totals"]["buffers"])


@pytest.mark.parametrize("name", ["VGG16", "MobileNetV2"])
def test_applications(name: str, keras: Any) -> None:
    """The examples of models that Keras ships have its numbers."""
    spec = {"VGG16": "specs/vgg16.yaml", "MobileNetV2": "specs/mobilenet-v2.yaml"}[name]
    totals = summarize_layers(winitgen.plan(spec))["totals"]
    trainable, frozen = numbers(keras, getattr(keras.applications, name)(weights=None))
    counters = totals["bytes"].get("int64", 0) // 8

    assert (trainable, frozen) == (totals["trainable"], totals["buffers"] - counters)

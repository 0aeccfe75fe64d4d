"""Flax modules as layer-specs: laws that are measured, and named where the number is a formula's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

import winitgen
from tests.frameworks import traced_models
from winitgen.errors import SpecError
from winitgen.importing.trace import of_class
from winitgen.importing.trace.user_model import user_model

HERE = "tests.frameworks.traced_models"


@pytest.fixture(autouse=True)
def nnx(framework: Callable[[str], ModuleType]) -> ModuleType:
    """Flax's nnx."""
    return framework("flax.nnx")


def test_each_usual_layer() -> None:
    """Kernels are LeCun's unless an initializer is stated; streams of random numbers are no tensors."""
    found = {tensor.name: tensor for tensor in user_model(f"{HERE}:nnx_model", {"width": 40}).tensors}

    assert {
        "layers.1.kernel": ("lecun_truncated_normal", (40, 70)),
        "layers.4.kernel": ({"scheme": "normal", "std": 0.02}, None),
        "layers.6.kernel": ("he_uniform", (90, 60)),
        "layers.7.kernel": ("orthogonal", None),
        "layers.7.bias": ("ones", None),
        "layers.5.mean": ("zeros", None),
        "layers.5.var": ("ones", None),
    } == {
        name: (found[name].init, found[name].fans)
        for name in found
        if name.endswith((".kernel", "7.bias", "5.mean", "5.var"))
    }
    std = found["layers.0.embedding"].init
    assert isinstance(std, dict)
    assert pytest.approx(1 / np.sqrt(40), rel=0.01) == std["std"]


def test_the_module_agrees_with_its_layer_spec(nnx: ModuleType, tmp_path: Path) -> None:
    """The module's own names, shapes and values are those of the layer-spec, by `verify --statistics`."""
    spec, weights = tmp_path / "model.yaml", tmp_path / "model.npz"
    spec.write_text(of_class(f"{HERE}:nnx_model", {"width": 40}).text)
    module = traced_models.nnx_model(width=40, rngs=nnx.Rngs(100))
    state = nnx.to_flat_state(nnx.state(module, nnx.Not(nnx.RngState)))
    values = {".".join(map(str, path)): np.asarray(value.get_value()) for path, value in state}
    np.savez(weights, **values)

    assert {name: value.shape for name, value in values.items()} == {
        name: value.shape for name, value in winitgen.generate(spec).items()
    }
    report = winitgen.verify(weights, spec, statistics=True)
    assert [] == [(row["name"], row["why"]) for row in report["tensors"] if row["why"]]


def test_a_module_without_variables() -> None:
    """There is nothing to draw."""
    with pytest.raises(SpecError) as refusal:
        of_class("flax.nnx:Dropout", {"rate": 0.1})

    message = "the model has no variables; have the target return one that is built, with its input shape"
    assert f"flax.nnx:Dropout: {message}" == str(refusal.value)


COPYING = "tests.frameworks.copying_models:nnx_copies"


def test_a_copied_kernel_is_tied() -> None:
    """Values that are equal with every seed are drawn once."""
    found = {tensor.name: tensor for tensor in user_model(COPYING, {"values": "copied"}).tensors}

    assert {"layers.1.kernel": "layers.0.kernel"} == {
        name: tensor.tied_to for name, tensor in found.items() if tensor.tied_to
    }


SHARED = "it is made from drawn values of layers.0.kernel by more than a plain copy, which no tie says; state it in the layer-spec by hand"


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ("transposed", SHARED),
        ("a part", SHARED),
        ("tiled", "its values follow no scheme; state them in the layer-spec by hand"),
    ],
)
def test_values_that_are_not_drawn_by_themselves(values: str, why: str) -> None:
    """Values of another kernel in another order or place, and rows that are equal, have no layer-spec."""
    with pytest.raises(SpecError) as refusal:
        of_class(COPYING, {"values": values})

    assert f"{COPYING}: layers.1.kernel: {why}" == str(refusal.value)

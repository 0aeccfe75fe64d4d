"""Real models, said as specs: the real class takes every tensor, computes the same and starts the same.

To add a model, add a module to ``tests/models/zoo/`` with a ``MODEL``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import winitgen
from tests.models import flow
from tests.models.real_model import RealModel, found
from winitgen.load import parse_spec
from winitgen.spec.model import ModelSpec

MODELS = found()

Made = Callable[[str], Any]


def named(*, unless: str = "") -> list[Any]:
    """Return the names of all models but those with a reason in the field ``unless``; slow ones are marked."""
    chosen = {name: model for name, model in MODELS.items() if not (unless and getattr(model, unless))}
    return [
        pytest.param(name, marks=pytest.mark.slow if model.slow else ()) for name, model in chosen.items()
    ]


def spec_of(name: str) -> ModelSpec:
    """Return the spec of a model."""
    return parse_spec(MODELS[name].spec.encode(), f"{name}.yaml")


@pytest.fixture
def new(torch: Any, request: pytest.FixtureRequest) -> Iterator[Made]:
    """Return a function that builds a new module of a model, from a fixed seed."""

    def new(name: str) -> Any:
        torch.manual_seed(0)
        module = MODELS[name].build(request.getfixturevalue(MODELS[name].package))
        for inner in module.modules():
            if isinstance(inner, torch.nn.modules.dropout._DropoutNd):
                inner.p = 0.0
        return module

    with torch.random.fork_rng():
        yield new


@pytest.mark.parametrize("name", named())
def test_loads(name: str, new: Made, fill: Callable[..., Any]) -> None:
    """The class takes the tensors strictly: their names, shapes and number formats."""
    fill(new(name), spec_of(name))


@pytest.mark.parametrize("name", named())
def test_is_probed(name: str) -> None:
    """A probe sends a signal through all of it and back, and nothing is left out of the flow."""
    report = winitgen.probe(spec_of(name), samples=3)
    layers = report["runs"][0]["layers"]

    assert list(MODELS[name].aside) == list(flow.prepared(spec_of(name)).left_out)
    assert all(math.isfinite(layer["out"]["std"]) for layer in layers if layer["out"])
    assert any(layer["gradient"] for layer in layers)


@pytest.mark.filterwarnings("ignore:LSTM with projections is not supported with oneDNN")
@pytest.mark.parametrize("name", named(unless="differs"))
def test_computes_the_same(name: str, new: Made, fill: Callable[..., Any], torch: Any) -> None:
    """For the same batch, the class has the outputs that the layers of the spec have one after another."""
    model = MODELS[name]
    network = flow.prepared(spec_of(name))
    inputs = flow.inputs_of(network, samples=3)
    module = fill(new(name), spec_of(name), dtype="float32").train()
    with torch.no_grad():
        outputs = model.call(module, *(torch.from_numpy(array) for array in inputs))
    outputs = outputs if isinstance(outputs, tuple) else (outputs,)
    own = flow.outputs_of(network, inputs)

    assert [tuple(output.shape) for output in outputs] == [array.shape for array in own]
    for output, array in zip(outputs, own, strict=True):
        scale = output.abs().max().item()
        np.testing.assert_allclose(array, output.numpy(), rtol=1e-3, atol=1e-3 * scale)


@pytest.mark.parametrize("name", named(unless="redrawn"))
def test_starts_the_same(name: str, new: Made) -> None:
    """A new module has, in every tensor, the constants of the spec or the same standard deviation.

    It is the same within 2 %, or within five standard errors of both for tensors of less than 62,500 values. Of
    less than 30 values, it is only told that they vary; of a single one, that it is not 0.
    """
    drawn = winitgen.generate(spec_of(name))
    wrong = []
    for key, tensor in new(name).state_dict().items():
        ours, theirs = (np.asarray(values, np.float64) for values in (drawn[key], tensor.double().numpy()))
        if ours.size == 1 and theirs and ours:
            same = True
        elif np.ptp(theirs) == 0 or np.ptp(ours) == 0:
            same = np.array_equal(ours, theirs)
        else:
            same = ours.size < 30 or abs(ours.std() / theirs.std() - 1) < max(0.02, 5 / math.sqrt(ours.size))
        if not same:
            wrong.append(
                f"{key}: {ours.mean():.4g} +- {ours.std():.4g}, not {theirs.mean():.4g} +- {theirs.std():.4g}"
            )

    assert [] == wrong


def test_the_zoo_is_large() -> None:
    """There are more than forty models, and few whose outputs are not what a probe computes."""
    assert len(MODELS) > 40
    assert sum(bool(model.differs) for model in MODELS.values()) <= 4


def test_a_reason_is_a_reason() -> None:
    """What is not compared says why, in words."""
    reasons = [reason for model in MODELS.values() for reason in (model.differs, model.redrawn) if reason]

    assert all(len(reason.split()) >= 4 for reason in reasons)
    assert all(isinstance(model, RealModel) for model in MODELS.values())

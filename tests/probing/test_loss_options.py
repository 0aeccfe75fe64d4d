"""The options of a loss: what is refused, and what they change in the report."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import winitgen
from winitgen.cli.commands import _probe_loss
from winitgen.errors import UsageError
from winitgen.load import read_draft
from winitgen.numeric.workers import Workers
from winitgen.probing.diagnostics.loss import LOSSES
from winitgen.probing.operations.held import Batched
from winitgen.probing.peak import peak_of
from winitgen.probing.prepare import prepare
from winitgen.probing.samples import gaussian
from winitgen.probing.variants import variants

MLP = {
    "input": 4,
    "layers": [
        {"name": "a", "type": "dense", "units": 5, "activation": "tanh"},
        {"name": "b", "type": "dense", "units": 3},
    ],
}
REFUSED = {
    "rate alone": (
        {"learning_rate": 0.1},
        "learning_rate is that of a step against a loss; say which with loss",
    ),
    "unknown": (
        {"loss": "cross_entropie"},
        "loss: unknown loss 'cross_entropie'; did you mean 'cross_entropy'?",
    ),
    "other": ({"loss": "hinge"}, "loss: unknown loss 'hinge'; they are cross_entropy and mse"),
    "rate 0": ({"loss": "mse", "learning_rate": 0}, "learning_rate: expected a number above 0, not 0"),
    "no gradient": (
        {"loss": "mse", "backward": False},
        "loss sends a gradient back; leave out backward=False",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_does_not_fit_is_refused(case: str) -> None:
    """In one line, before anything is drawn."""
    options, message = REFUSED[case]
    with pytest.raises(UsageError) as caught:
        winitgen.probe(MLP, samples=2, **options)
    assert message == str(caught.value)


def test_one_unit_has_no_classes() -> None:
    """Labels need two units or more."""
    one = {**MLP, "layers": [MLP["layers"][0], {"name": "b", "type": "dense", "units": 1}]}
    with pytest.raises(UsageError) as caught:
        winitgen.probe(one, samples=2, loss="cross_entropy")
    message = "cross_entropy needs two classes or more, but b has 1 unit; the loss mse takes any number"
    assert message == str(caught.value)


def test_the_command_lists_the_losses_there_are() -> None:
    """They stand there too, so that the options import nothing of a probe."""
    assert LOSSES == _probe_loss.LOSSES


def test_without_a_loss_nothing_of_it_is_reported() -> None:
    """The gradient is Gaussian then."""
    assert winitgen.probe(MLP, samples=2)["runs"][0]["step"] is None


def test_the_updates_of_a_wide_layer_are_those_of_its_gradients() -> None:
    """By hand: a linear map with the mean square has the gradient 2 / n of (out - target) times the input."""
    spec: dict[str, Any] = {
        "input": 3,
        "layers": [{"name": "a", "type": "dense", "units": 2, "use_bias": False}],
    }
    x = gaussian(0, "input", (4, 3), "float64", Workers(1))
    target = gaussian(0, "targets 0", (4, 2), "float64", Workers(1))
    kernel = winitgen.generate(spec, dtype="float64")["a.weight"]
    away = x @ kernel.T - target
    step = winitgen.probe(spec, samples=4, loss="mse", dtype="float64")["runs"][0]["step"]
    [row] = step["parameters"]
    expected = np.linalg.norm(2 / 8 * away.T @ x)
    assert step["value"] == pytest.approx(np.square(away).mean(), rel=1e-5)
    assert row["ratio"] == pytest.approx(expected / np.linalg.norm(kernel), rel=1e-5)


def test_what_kernels_read_is_counted_as_memory() -> None:
    """A loss keeps the input of each kernel, and the gradient of one layer's."""
    [variant] = variants((), None)
    network = prepare(read_draft(MLP), variant, seed=None, dtype=None, steps=None)
    flows = [one.flow for one in network.inputs]
    plain, with_loss = (
        peak_of(network.nodes, flows, Batched(100, 1, learns=learns), 4) for learns in (False, True)
    )
    assert with_loss >= plain + 4 * 100 * 4

"""`from_module`: from what builds a module by a trace, from a live one by its values."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
import torch
from torch import nn

import winitgen
from tests.live_torch.models import Net
from winitgen.torch import from_module, init_


def build(units: int = 30) -> nn.Module:
    """Return a module with PyTorch's defaults."""
    return Net({"fc1": nn.Linear(40, units), "norm": nn.LayerNorm(units), "fc2": nn.Linear(units, 50)})


def lawless() -> nn.Module:
    """Return a module whose values are no draws."""
    module = build()
    with torch.no_grad():
        module["fc1"].weight.copy_(torch.linspace(0, 1, 1200).reshape(30, 40) ** 2)
    return module


@pytest.mark.parametrize("of", [build, partial(build, units=30), build()])
def test_the_spec_fills_such_a_module(of: object) -> None:
    """Its laws are PyTorch's, whichever way they were found."""
    found = from_module(of)
    module = init_(build(), found.spec, seed=1)

    assert [] == found.notes
    limit = 40**-0.5
    assert 0.9 * limit < float(module["fc1"].weight.detach().abs().max()) <= limit
    assert {1.0} == set(module["norm"].weight.tolist())
    assert winitgen.plan(found.spec).parameters


def test_it_says_how_laws_were_found() -> None:
    """A trace is exact, and values are measured."""
    assert "# Traced from build: names, shapes and laws as its code initializes them.\nmodel: build\n" in (
        from_module(build).text
    )
    assert "# The tensors of a live Net. Their laws are found in its values.\nmodel: Net\n" in (
        from_module(build()).text
    )


def test_ties_are_found() -> None:
    """One tensor under two names is drawn once."""

    def tied() -> nn.Module:
        module = Net({"table": nn.Embedding(30, 20), "head": nn.Linear(20, 30, bias=False)})
        module["head"].weight = module["table"].weight
        return module

    for found in (from_module(tied), from_module(tied())):
        module = init_(tied(), found.spec)
        assert module["head"].weight is module["table"].weight


def on_meta() -> nn.Module:
    """Return a module without values."""
    with torch.device("meta"):
        return build()


def failing() -> nn.Module:
    """Raise an error."""
    raise ValueError("no module")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: from_module(3),
            "module is a torch.nn.Module, or a class or function that builds one, not of the class int",
        ),
        (lambda: from_module(dict), "dict returned an object of the class dict, not a torch.nn.Module"),
        (lambda: from_module(failing), "failing: building it failed: ValueError: no module"),
        (
            lambda: from_module(on_meta()),
            "fc1.weight is on the meta device, so its values are not all here; give from_module the class or the function that builds the module",
        ),
        (
            lambda: from_module(lawless()),
            "Net: 'fc1.weight': these values are no independent draws: ",
        ),
    ],
)
def test_what_has_no_spec_is_refused(call: Callable[[], object], message: str) -> None:
    """With what to give instead."""
    with pytest.raises(winitgen.WinitgenError) as error:
        call()
    assert str(error.value).startswith(message)

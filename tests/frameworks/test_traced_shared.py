"""Modules of PyTorch that copy what they drew: a tie where it is one, and else no layer-spec."""

from __future__ import annotations

from typing import Any

import pytest

from tests.frameworks.copying_models import DEPENDENT, REPEATED, SHARED, TIED
from winitgen.errors import SpecError
from winitgen.importing.trace import of_class
from winitgen.importing.trace.user_model import user_model

HERE = "tests.frameworks.copying_models"

pytestmark = pytest.mark.usefixtures("torch")


def refused(function: str, **kwargs: Any) -> str:
    """Return why a function of `copying_models` has no layer-spec."""
    with pytest.raises(SpecError) as refusal:
        of_class(f"{HERE}:{function}", kwargs)
    return str(refusal.value)


@pytest.mark.parametrize("values", REPEATED)
def test_values_that_are_read_more_than_once(values: str) -> None:
    """Rows or elements that are equal by the code are no independent draws."""
    assert refused("one_parameter", values=values, kind="REPEATED") == (
        f"{HERE}:one_parameter: w: it has the same drawn values more than once, which no scheme says; state it in the "
        "layer-spec by hand"
    )


@pytest.mark.parametrize("values", DEPENDENT)
def test_values_that_depend_on_each_other(values: str) -> None:
    """Values that follow a normal law, each by itself, are seen not to be independent."""
    assert refused("one_parameter", values=values, kind="DEPENDENT") == (
        f"{HERE}:one_parameter: w: its values follow no scheme; state them in the layer-spec by hand"
    )


@pytest.mark.parametrize("values", SHARED)
def test_values_of_another_parameter(values: str) -> None:
    """Values of another parameter in another order, place, scale, shape or format are neither a tie nor drawn."""
    assert refused("two_parameters", values=values, kind="SHARED") == (
        f"{HERE}:two_parameters: two: it is made from drawn values of one by more than a plain copy, which no tie says; "
        "state it in the layer-spec by hand"
    )


@pytest.mark.parametrize("values", TIED)
def test_ties(values: str) -> None:
    """A copy whose values have the same indices is a tie, however it is stored."""
    model = user_model(f"{HERE}:two_parameters", {"values": values, "kind": "TIED"})

    assert [None, "one"] == [tensor.tied_to for tensor in model.tensors]


def test_a_tensor_that_is_computed_from_another_one() -> None:
    """The lengths of the rows of a kernel are drawn by themselves, which a note tells."""
    one, two = (of_class(f"{HERE}:normed", {"layers": layers}).notes for layers in (1, 2))
    lengths, kernel = (f"0.parametrizations.weight.original{number}" for number in (0, 1))
    note = f"{lengths} and {kernel} come from one draw and may depend on each other, but the layer-spec draws each by itself"

    assert [note] == one
    assert [f"{note}; 1 other pair does so, too"] == two


NOTES = {
    "neither": [],
    "looked": ["the code looks at values that it drew, and may build another model with other values"],
    "outside": [
        (
            "the code takes numbers of Python's module random, which may differ with every call: tensors that are made of "
            "them are written as they were once"
        )
    ],
}


@pytest.mark.parametrize("kind", NOTES)
def test_what_another_call_may_change(kind: str) -> None:
    """Code that looks at drawn values, or takes random numbers elsewhere, is told of; its other numbers are as stated."""
    assert NOTES[kind] == of_class(f"{HERE}:chance", {"kind": kind}).notes

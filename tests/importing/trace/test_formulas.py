"""Numbers that follow the fans: by name where a scheme has it, else with a comment."""

from __future__ import annotations

import math

import pytest

from winitgen.importing.trace.formulas import named, torch_fans
from winitgen.importing.trace.laws import TensorLaw, normal, truncated, uniform

FANS = (30, 12)

NAMED = {
    "xavier_normal": normal(0, math.sqrt(2 / 42)),
    "he_normal": normal(0, math.sqrt(2 / 30)),
    "lecun_normal": normal(0, math.sqrt(1 / 30)),
    "xavier_uniform": uniform(-math.sqrt(6 / 42), math.sqrt(6 / 42)),
    "he_uniform": uniform(-math.sqrt(6 / 30), math.sqrt(6 / 30)),
    "lecun_uniform": uniform(-math.sqrt(3 / 30), math.sqrt(3 / 30)),
    "he_truncated_normal": truncated(
        0,
        math.sqrt(2 / 30) / 0.87962566103423978,
        -2 * math.sqrt(2 / 30) / 0.87962566103423978,
        2 * math.sqrt(2 / 30) / 0.87962566103423978,
    ),
}


@pytest.mark.parametrize("name", NAMED)
def test_formulas_with_a_name(name: str) -> None:
    """The number of Xavier, He or LeCun at unequal fans is that scheme, with the fans."""
    assert (name, FANS, "") == named(NAMED[name], FANS)


@pytest.mark.parametrize(
    ("law", "comment"),
    [
        (uniform(-1 / math.sqrt(30), 1 / math.sqrt(30)), "1/sqrt(fan_in), fan_in 30"),
        (uniform(-1 / math.sqrt(12), 1 / math.sqrt(12)), "1/sqrt(fan_out), fan_out 12"),
        (normal(0, math.sqrt(2 / 12)), "sqrt(2/fan_out), fan_out 12"),
    ],
)
def test_formulas_without_a_name(law: TensorLaw, comment: str) -> None:
    """The number stays, and the comment is its formula."""
    scheme = named(law, FANS)

    assert (None, comment) == scheme[1:]
    assert not isinstance(scheme.init, str)


@pytest.mark.parametrize(
    "law", [normal(0, 0.02), normal(0.1, 0.258198889747161), uniform(0, 0.447213595499958), normal(0, 0.3651)]
)
def test_other_numbers_have_no_formula(law: TensorLaw) -> None:
    """A short number, a law that is not around 0 and one that is near a formula stay what they are."""
    assert (law.scheme(), None, "") == named(law, FANS)


def test_a_short_number_is_no_formula() -> None:
    """A spread of 0.5 that is He's by chance, at a fan of 8, stays a number."""
    assert {"scheme": "normal", "std": 0.5} == named(normal(0, 0.5), (8, 3)).init


def test_fans() -> None:
    """The first axis is the outputs', the second the inputs', times the taps; a vector has none."""
    assert (12 * 15, 7 * 15) == torch_fans((7, 12, 3, 5))
    assert torch_fans((7,)) is None

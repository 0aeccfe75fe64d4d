"""What scaling, moving and cutting make of a law, by hand computation, and how a layer-spec says it."""

from __future__ import annotations

import math

import pytest

from winitgen.importing.trace.laws import TensorLaw, constant, integers, normal, truncated, uniform


def test_scaling_and_moving() -> None:
    """A law times -2 plus 3 has its numbers times -2 plus 3, its spread times 2, and its ends in order."""
    assert constant(1) == constant(1).affine(-2, 3)
    assert normal(1, 1) == normal(1, 0.5).affine(-2, 3)
    assert uniform(-5, 1) == uniform(1, 4).affine(-2, 3)
    assert truncated(2, 1, -1, 4) == truncated(0.5, 0.5, -0.5, 2).affine(-2, 3)
    assert constant(3) == normal(1, 0.5).affine(0, 3)


def test_whole_numbers() -> None:
    """They can be moved by whole numbers and mirrored; the end that is not drawn changes sides. Anything else has no name."""
    law = integers(-3, 5)

    assert integers(-1, 7) == law.affine(1, 2)
    assert integers(-4, 4) == law.affine(-1)
    assert [None, None] == [law.affine(2), law.affine(1, 0.5)]
    assert constant(4) == integers(4, 5)
    assert law == law.clamped(-3, 4)
    assert [None, None] == [law.clamped(-2, 4), law.clamped(-3, 3)]
    assert {"scheme": "integers", "low": -3, "high": 5} == law.scheme()
    assert {"scheme": "integers", "high": 2} == integers(0, 2).scheme()


def test_orthogonal_matrices_can_be_scaled_alone() -> None:
    """A factor above 0 is a gain; a sum is no orthogonal matrix, and has no law."""
    one = TensorLaw("orthogonal", (1.0,))

    assert TensorLaw("orthogonal", (0.5,)) == one.affine(0.5)
    assert one.affine(1, 1) is None
    assert one.affine(-1) is None


def test_cutting() -> None:
    """A cut at the ends changes nothing but their last digits; one inside leaves no law with a name."""
    law = truncated(0, 1, -2, 2)

    assert law == law.clamped(-2, 2)
    assert TensorLaw("truncated", (0, 1, -2, 2 - 1e-7)) == law.clamped(-3, 2 - 1e-7)
    assert law.clamped(-1, 1) is None
    assert normal(0, 1).clamped(-1, 1) is None
    assert constant(1) == constant(4).clamped(-1, 1)


def test_inverse_error_function_of_a_uniform_law() -> None:
    """erfinv(2 F(x) - 1) sqrt(2) = x for the normal distribution function F, so U(-1, 1) becomes N(0, 1/2)."""
    end = math.erf(1.5 / math.sqrt(2))
    law = uniform(-end, end).inverse_erf()

    assert law is not None
    assert pytest.approx((0, math.sqrt(0.5), -1.5 * math.sqrt(0.5), 1.5 * math.sqrt(0.5))) == law.numbers
    assert normal(0, math.sqrt(0.5)) == uniform(-1, 1).inverse_erf()
    assert uniform(-1, 2).inverse_erf() is None


def test_logarithm() -> None:
    """The logarithm of a uniform law of positive numbers has a scheme; others have none."""
    assert {"scheme": "mamba2_a_log", "low": 0, "high": 16} == _scheme(uniform(0, 16).logarithm())
    assert "mamba2_a_log" == _scheme(uniform(1, 16).logarithm())
    assert uniform(-1, 1).logarithm() is None
    assert normal(1, 1).logarithm() is None


def test_laws_without_spread_are_constants() -> None:
    """A normal law of standard deviation 0, and a uniform one of one end, have one value."""
    assert constant(2) == normal(2, 0) == uniform(2, 2) == truncated(2, 0, -5, 5)
    assert constant(1) == truncated(2, 0, -1, 1)


def test_a_cut_far_out_is_none() -> None:
    """A normal law that is cut at 8 standard deviations or more is a plain one, as one cut at 100 is."""
    assert normal(0, 0.02) == truncated(0, 0.02, -2, 2)
    assert "truncated" == truncated(0, 0.02, -2, 0.15).kind


@pytest.mark.parametrize(
    ("law", "scheme"),
    [
        (constant(0), "zeros"),
        (constant(1), "ones"),
        (constant(0.5), {"scheme": "constant", "value": 0.5}),
        (normal(0, 0.02), {"scheme": "normal", "std": 0.02}),
        (normal(1, 0.02), {"scheme": "normal", "mean": 1, "std": 0.02}),
        (uniform(-1, 2), {"scheme": "uniform", "low": -1, "high": 2}),
        (truncated(0, 1, -2, 3), {"scheme": "trunc_normal", "std": 1, "low": -2, "high": 3}),
        (TensorLaw("orthogonal", (1.0,)), "orthogonal"),
        (TensorLaw("orthogonal", (2.0,)), {"scheme": "orthogonal", "gain": 2}),
    ],
)
def test_schemes(law: TensorLaw, scheme: object) -> None:
    """Each law is a scheme, without the options that have their defaults."""
    assert scheme == law.scheme()


def _scheme(law: TensorLaw | None) -> object:
    assert law is not None
    return law.scheme()

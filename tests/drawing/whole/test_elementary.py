"""The portable logarithm and exponential, against mpmath."""

import mpmath
import numpy as np
import pytest

from winitgen.drawing import keystream
from winitgen.drawing.distributions.uniform import Uniform
from winitgen.drawing.whole import elementary
from winitgen.drawing.whole.whole_array import drawn


def numbers(low: float, high: float, count: int = 500) -> np.ndarray:
    """Return fixed numbers between two ends, followed by the ends."""
    return np.append(drawn(Uniform(low, high), keystream.key(0, "numbers"), "float64", count), [low, high])


def ulps(expected: list[mpmath.mpf], found: np.ndarray) -> float:
    """Return the largest error in units of the last place."""
    return max(
        float(abs(want - got) / np.spacing(abs(got))) if got else float(abs(want))
        for want, got in zip(expected, found.tolist(), strict=True)
    )


@pytest.mark.parametrize(
    ("low", "high"), [(1.0, 99.0), (1e-5, 1.0), (0.7, 1.5), (1e200, 1e300), (1e-300, 1e-290)]
)
def test_log(low: float, high: float) -> None:
    """The error of the logarithm is below two units in the last place."""
    values = numbers(low, high)
    with mpmath.workdps(40):
        expected = [mpmath.log(value) for value in values.tolist()]

        assert ulps(expected, elementary.log(values)) < 2


@pytest.mark.parametrize(("low", "high"), [(-9.0, 0.0), (-700.0, 700.0), (-0.5, 0.5)])
def test_exp(low: float, high: float) -> None:
    """The error of the exponential is below one and a half units in the last place."""
    values = numbers(low, high)
    with mpmath.workdps(40):
        expected = [mpmath.exp(value) for value in values.tolist()]

        assert ulps(expected, elementary.exp(values)) < 1.5


def test_inverse_softplus() -> None:
    """The inverse of softplus, log(e^t - 1) for t = e^y up to 1, has an error below 1e-15."""
    values = numbers(-12.0, 0.0)
    with mpmath.workdps(40):
        expected = [float(mpmath.log(mpmath.expm1(mpmath.exp(value)))) for value in values.tolist()]

    np.testing.assert_allclose(elementary.inverse_softplus_of_exp(values), expected, rtol=1e-15, atol=1e-15)


@pytest.mark.parametrize(("step", "expected"), [(1e-3, -6.907255), (0.1, -2.252168), (1e-4, -9.210290)])
def test_mamba(step: float, expected: float) -> None:
    """The biases for time steps of Mamba's range."""
    found = elementary.inverse_softplus_of_exp(np.array([float(mpmath.log(step))]))

    assert expected == round(float(found[0]), 6)


@pytest.mark.parametrize(("low", "high"), [(-0.5, 0.5), (0.1, 0.15), (-40.0, 40.0), (-1e-9, 1e-9)])
def test_sine_of_turns(low: float, high: float) -> None:
    """The error of the sine is below 2^-52 in all, and relative to small numbers too."""
    values = np.append(numbers(low, high), [0.0, 0.25, -0.25, 0.5, 0.75, 0.125, -0.375])
    with mpmath.workdps(40):
        expected = [mpmath.sin(2 * mpmath.pi * value) for value in values.tolist()]
        found = elementary.sine_of_turns(values).tolist()
        errors = [abs(a - b) for a, b in zip(expected, found, strict=True)]

        assert float(max(errors)) < 2.0**-52
        assert float(max(errors[:-7])) < 2.0**-52 * min(1.0, 8 * high)
        assert [0.0, 1.0, -1.0, 0.0, -1.0] == elementary.sine_of_turns(values[-7:-2]).tolist()

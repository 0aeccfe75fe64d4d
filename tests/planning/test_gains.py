"""The gains of the three rules for standard normal z, against integrals at 30 digits."""

import math

import mpmath
import pytest

from tests.exact import FUNCTIONS, SLOPES, Function, elu, elu_slope, leaky
from winitgen.catalog.activations import ACTIVATIONS, Applied, gains


def moment(function: Function, power: int) -> mpmath.mpf:
    """Return E f(z)^power."""
    pieces = [-40, -20, -10, -6, -3, -1, 0, 1, 3, 6, 10, 20, 40]
    return mpmath.quad(lambda z: function(z) ** power * mpmath.npdf(z), pieces)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_recorded_gains(name: str) -> None:
    """Each recorded gain is the integral's, to the last bit of float64 or its neighbour."""
    with mpmath.workdps(30):
        expected = float(1 / mpmath.sqrt(moment(FUNCTIONS[name], 2)))

    assert abs(expected - ACTIVATIONS[name].gain) <= math.ulp(expected)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_variance_gains(name: str) -> None:
    """By the rule `variance` a gain is one over the standard deviation of f(z)."""
    with mpmath.workdps(30):
        function = FUNCTIONS[name]
        expected = float(1 / mpmath.sqrt(moment(function, 2) - moment(function, 1) ** 2))

    assert abs(expected - ACTIVATIONS[name].gains.variance) <= math.ulp(expected)


@pytest.mark.parametrize("name", SLOPES)
def test_backward_gains(name: str) -> None:
    """By the rule `backward` a gain is one over the root mean square of f'(z)."""
    with mpmath.workdps(30):
        expected = float(1 / mpmath.sqrt(moment(SLOPES[name], 2)))

    assert abs(expected - ACTIVATIONS[name].gains.backward) <= math.ulp(expected)


def test_all_are_checked() -> None:
    """Every activation but softmax, which does not act on each value separately, is checked above."""
    assert {*ACTIVATIONS} - {"softmax"} == {*FUNCTIONS}


@pytest.mark.parametrize(
    ("name", "nfnet"),
    [
        (
            "relu",
            1.71396,
        ),
        ("gelu", 1.7015),
        ("silu", 1.78813),
        ("tanh", 1.59391),
        ("sigmoid", 4.80384),
    ],
)
def test_nfnet(name: str, nfnet: float) -> None:
    """Timm's constants for NFNet are 1 / std(f), found by sampling: the functions here agree with them."""
    assert nfnet == pytest.approx(ACTIVATIONS[name].gains.variance, rel=1e-3)


@pytest.mark.parametrize(
    ("applied", "function"),
    [
        pytest.param(Applied("leaky_relu", 0.2), leaky("0.2"), id="leaky 0.2"),
        pytest.param(Applied("leaky_relu", 0.0), leaky("0"), id="leaky 0"),
        pytest.param(Applied("leaky_relu", -1.0), leaky("-1"), id="absolute value"),
        pytest.param(Applied("prelu", 0.1), leaky("0.1"), id="prelu 0.1"),
        pytest.param(Applied("elu", 0.5), elu("0.5"), id="elu 0.5"),
        pytest.param(Applied("elu", 2.0), elu("2"), id="elu 2"),
        pytest.param(Applied("sin", 0.5), lambda z: mpmath.sin(z / 2), id="slow sine"),
        pytest.param(Applied("sin", 2.0), lambda z: mpmath.sin(2 * z), id="fast sine"),
    ],
)
def test_other_numbers(applied: Applied, function: Function) -> None:
    """With a number of its own, an activation's gain is that function's."""
    with mpmath.workdps(30):
        expected = float(1 / mpmath.sqrt(moment(function, 2)))

    assert expected == pytest.approx(applied.gain, rel=5e-16)


@pytest.mark.parametrize(
    ("applied", "function", "slope"),
    [
        (Applied("leaky_relu", 0.2), leaky("0.2"), lambda z: 1 if z > 0 else mpmath.mpf("0.2")),
        (Applied("elu", 2.0), elu("2"), elu_slope("2")),
        (Applied("sin", 2.0), lambda z: mpmath.sin(2 * z), lambda z: 2 * mpmath.cos(2 * z)),
    ],
    ids=["leaky_relu(0.2)", "elu(2)", "sin(2)"],
)
def test_other_numbers_by_the_other_rules(applied: Applied, function: Function, slope: Function) -> None:
    """With a number of its own, the variance and the slope are that function's."""
    with mpmath.workdps(30):
        variance = moment(function, 2) - moment(function, 1) ** 2
        expected = float(1 / mpmath.sqrt(variance)), float(1 / mpmath.sqrt(moment(slope, 2)))

    assert expected == pytest.approx(applied.gains[1:], rel=1e-15)


@pytest.mark.parametrize(
    ("function", "end", "recorded"),
    [
        (lambda z: z, 60, gains._HALF_MEAN),
        (mpmath.expm1, -60, gains._ELU_MEAN),
        (lambda z: mpmath.expm1(z) ** 2, -60, gains._ELU_SQUARE),
        (lambda z: mpmath.exp(2 * z), -60, gains._EXP_SQUARE),
    ],
    ids=["mean of relu", "mean of elu", "square of elu", "slope of elu"],
)
def test_halves(function: Function, end: int, recorded: float) -> None:
    """The moments of one half of the normal distribution are recorded to the last bit."""
    with mpmath.workdps(50):
        pieces = [end * position / 60 for position in (0, 1, 3, 6, 15, 30, 60)]
        half = mpmath.quad(lambda z: function(z) * mpmath.npdf(z), pieces) * (1 if end > 0 else -1)

    assert float(half) == recorded


def test_fast_sine_is_recorded_exactly() -> None:
    """A SIREN's sin(30 x) is spread evenly: its gain is sqrt 2."""
    assert Applied("sin", 30.0).gain == math.sqrt(2)


@pytest.mark.parametrize(
    ("applied", "expected"),
    [
        (Applied("linear"), 1.0),
        (Applied("sigmoid"), 1.0),
        (Applied("tanh"), 5 / 3),
        (Applied("relu"), math.sqrt(2)),
        (Applied("leaky_relu", 0.01), 1.4141428569978354),
        (Applied("leaky_relu", 10.0), 0.14071950894605836),
        (Applied("selu"), 0.75),
        (Applied("gelu"), None),
        (Applied("prelu", 0.25), None),
    ],
    ids=str,
)
def test_torch_gains(applied: Applied, expected: float | None) -> None:
    """Torch's gains are those of calculate_gain, and none where it has none."""
    assert expected == applied.torch_gain

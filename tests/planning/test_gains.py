"""The gains: 1 / sqrt(E f(z)^2) for standard normal z, against integrals at 30 digits."""

import math
from collections.abc import Callable

import mpmath
import pytest

from winitgen import activations
from winitgen.activations import ACTIVATIONS, Applied

Function = Callable[[mpmath.mpf], mpmath.mpf]

SELU_ALPHA = "1.6732632423543772848170429916717"
SELU_LAMBDA = "1.0507009873554804934193349852946"


def sigmoid(z: mpmath.mpf) -> mpmath.mpf:
    """Return 1 / (1 + exp(-z))."""
    return 1 / (1 + mpmath.exp(-z))


def clipped(z: mpmath.mpf) -> mpmath.mpf:
    """Return z/6 + 1/2 between 0 and 1."""
    return min(max(z / 6 + mpmath.mpf("0.5"), 0), 1)


def leaky(slope: str) -> Function:
    """Return the leaky ReLU with ``slope``."""
    return lambda z: z if z > 0 else mpmath.mpf(slope) * z


def elu(alpha: str) -> Function:
    """Return ELU with ``alpha``."""
    return lambda z: z if z > 0 else mpmath.mpf(alpha) * mpmath.expm1(z)


FUNCTIONS: dict[str, Function] = {
    "linear": lambda z: z,
    "sigmoid": sigmoid,
    "hard_sigmoid": clipped,
    "tanh": mpmath.tanh,
    "hard_tanh": lambda z: min(max(z, -1), 1),
    "softsign": lambda z: z / (1 + abs(z)),
    "sin": mpmath.sin,
    "relu": lambda z: max(z, 0),
    "relu6": lambda z: min(max(z, 0), 6),
    "relu2": lambda z: max(z, 0) ** 2,
    "leaky_relu": leaky("0.01"),
    "prelu": leaky("0.25"),
    "elu": elu("1"),
    "gelu": lambda z: z * mpmath.ncdf(z),
    "silu": lambda z: z * sigmoid(z),
    "mish": lambda z: z * mpmath.tanh(mpmath.log1p(mpmath.exp(z))),
    "softplus": lambda z: mpmath.log1p(mpmath.exp(z)),
    "hard_swish": lambda z: z * clipped(z),
    "selu": lambda z: mpmath.mpf(SELU_LAMBDA) * elu(SELU_ALPHA)(z),
}


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


def test_all_are_checked() -> None:
    """Every activation but softmax, which works on no value by itself, is checked above."""
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
    mean, second = moment(FUNCTIONS[name], 1), 1 / ACTIVATIONS[name].gain ** 2

    assert nfnet == pytest.approx(float(1 / mpmath.sqrt(second - mean**2)), rel=1e-3)


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


def test_elu_constant() -> None:
    """The negative half of ELU's second moment is recorded to the last bit."""
    with mpmath.workdps(50):
        half = mpmath.quad(lambda z: mpmath.expm1(z) ** 2 * mpmath.npdf(z), [-60, -30, -15, -6, -3, -1, 0])

    assert float(half) == activations._ELU_NEGATIVE_HALF


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

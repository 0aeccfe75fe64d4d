"""Mean-field theory of each activation, against integrals at 50 digits and published numbers."""

import math

import mpmath
import numpy as np
import pytest

from tests.exact import FUNCTIONS as EXACT
from tests.exact import SLOPES, Function, elu, elu_slope, leaky
from tests.probing.known import known
from winitgen.catalog.activations import ACTIVATIONS, Applied
from winitgen.probing.theory import Response, response

STANDARD = {
    "relu": (0.398942280, 0.5, 0.5),
    "tanh": (0.0, 0.394294490, 0.464402902),
    "sigmoid": (0.5, 0.293379036, 0.044836241),
    "gelu": (0.282094792, 0.425221483, 0.455850866),
    "quick_gelu": (0.282330553, 0.421952807, 0.449549200),
    "silu": (0.206620964, 0.355775520, 0.379482352),
    "mish": (0.240403888, 0.452342192, 0.479083758),
    "softplus": (0.806059183, 0.921245909, 0.293379036),
    "softsign": (0.0, 0.183014021, 0.227671340),
    "sin": (0.0, 0.432332358, 0.567667642),
    "hard_tanh": (0.0, 0.516058551, 0.682689492),
    "hard_sigmoid": (0.5, 0.277639091, 0.027702783),
    "hard_swish": (0.166216701, 0.331567375, 0.358531517),
    "relu2": (0.5, 1.5, 2.0),
    "elu": (0.160520572, 0.644945417, 0.668102001),
    "selu": (0.0, 1.0, 1.071574992),
    "linear": (0.0, 1.0, 1.0),
}


def integral(function: Function, mean: float, variance: float, cuts: tuple[float, ...]) -> mpmath.mpf:
    """Return E function(z) for z ~ N(mean, variance), cut at the kinks and wherever the function may have features."""
    mean, std = mpmath.mpf(mean), mpmath.sqrt(mpmath.mpf(variance))
    own = [mean + std * point for point in (-14, -8, -4, -2, -1, 0, 1, 2, 4, 8, 14)]
    near = [sign * mpmath.mpf(4) ** power for power in range(-1, 30) for sign in (-1, 1)]
    panels = sorted({point for point in (*own, *near, *cuts, mpmath.mpf(0)) if own[0] <= point <= own[-1]})
    return mpmath.quad(
        lambda z: function(z) * mpmath.npdf(z, mean, std), panels, method="gauss-legendre", maxdegree=4
    )


@pytest.mark.parametrize("name", STANDARD)
def test_standard_normal(name: str) -> None:
    """For z ~ N(0, 1) the three moments are the known ones."""
    assert STANDARD[name] == pytest.approx(known(Applied(name), 0.0, 1.0)[:3], abs=6e-10)


@pytest.mark.parametrize("slope", [0.2, 0.0, -1.0])
def test_leaky(slope: float) -> None:
    """For a leaky ReLU, E f is (1 - slope) / sqrt(2 pi), and both squares are (1 + slope^2) / 2."""
    square = (1 + slope**2) / 2
    expected = ((1 - slope) / math.sqrt(2 * math.pi), square, square)

    assert expected == pytest.approx(known(Applied("leaky_relu", slope), 0.0, 1.0)[:3], rel=1e-13)


@pytest.mark.parametrize("name", [name for name in ACTIVATIONS if name != "softmax"])
def test_gains(name: str) -> None:
    """The recorded gains, rounded from 50 digits, follow the three rules."""
    found = known(Applied(name), 0.0, 1.0)
    expected = [gain**-2 for gain in ACTIVATIONS[name].gains]

    assert expected == pytest.approx([found.square, found.variance, found.slope_square], rel=1e-13)


CASES = [
    *((Applied(name), EXACT[name], SLOPES[name]) for name in EXACT if name not in {"linear", "sin"}),
    (Applied("leaky_relu", -0.3), leaky("-0.3"), lambda z: 1 if z > 0 else mpmath.mpf("-0.3")),
    (Applied("elu", 1.7), elu("1.7"), elu_slope("1.7")),
]


@pytest.mark.parametrize(
    ("mean", "variance"), [(0.3, 1e-6), (-0.7, 0.04), (1.1, 6.25), (0.0, 1e-20), (-2e3, 1e7), (0.0, 1e16)]
)
@pytest.mark.parametrize(("applied", "function", "slope"), CASES, ids=[str(case[0]) for case in CASES])
def test_other_normals(
    applied: Applied, function: Function, slope: Function, mean: float, variance: float
) -> None:
    """For other means and variances the moments are the integrals, however narrow or wide the Gaussian."""
    with mpmath.workdps(50):
        first, square, slope_square = (
            float(integral(g, mean, variance, applied.row.kinks))
            for g in (function, lambda z: function(z) ** 2, lambda z: slope(z) ** 2)
        )
        centre = function(mpmath.mpf(mean))
        shift = integral(lambda z: function(z) - centre, mean, variance, applied.row.kinks)
        about = integral(lambda z: (function(z) - centre) ** 2, mean, variance, applied.row.kinks)
        spread = float(about - shift**2)

    found = known(applied, mean, variance)

    assert first == pytest.approx(found.mean, rel=1e-9, abs=1e-9 * math.sqrt(square))
    assert (square, slope_square) == pytest.approx(found[1:3], rel=1e-9)
    assert spread == pytest.approx(found.variance, rel=1e-8)


@pytest.mark.parametrize(
    ("omega", "mean", "variance"), [(30.0, 0.2, 1.3), (30.0, 0.0, 1e-9), (2.0, -0.4, 0.3)]
)
def test_fast_sine(omega: float, mean: float, variance: float) -> None:
    """For a fast sine the moments are those of a fine sum over the Gaussian."""
    u = np.linspace(-9, 9, 400001)
    weights = np.exp(-u * u / 2)
    weights /= weights.sum()
    value = np.sin(omega * (mean + math.sqrt(variance) * u))
    slope = omega * np.cos(omega * (mean + math.sqrt(variance) * u))
    first, square = float(weights @ value), float(weights @ value**2)

    found = known(Applied("sin", omega), mean, variance)

    assert first == pytest.approx(found.mean, rel=1e-9, abs=1e-12)
    assert (square, weights @ slope**2) == pytest.approx(found[1:3], rel=1e-9)
    assert square - first**2 == pytest.approx(found.variance, rel=1e-9)


@pytest.mark.parametrize("variance", [1e-30, 1e-12, 1e12, 1e30])
def test_relu_keeps_half(variance: float) -> None:
    """ReLU keeps half of the variance and half of the gradient, from 1e-30 to 1e30."""
    found = known(Applied("relu"), 0.0, variance)

    assert (variance / 2, 0.5) == pytest.approx(found[1:3], rel=1e-13, abs=0.0)


def test_tanh_far_out() -> None:
    """Tanh keeps a tiny signal, and only the sign of a huge one, where E f'^2 is 4/3 times the density at 0."""
    tiny, huge = (known(Applied("tanh"), 0.0, variance) for variance in (1e-30, 1e30))

    assert (1e-30, 1.0) == pytest.approx(tiny[1:3], rel=1e-13, abs=0.0)
    assert (1.0, 4 / 3 / math.sqrt(2e30 * math.pi)) == pytest.approx(huge[1:3], rel=1e-13, abs=0.0)


def test_variance_of_an_input_that_hardly_varies() -> None:
    """If the sigmoid's input hardly varies, its output varies by a slope of 1/4, not lost beside the mean of 1/2."""
    assert 1e-30 / 16 == pytest.approx(known(Applied("sigmoid"), 0.0, 1e-30).variance, rel=1e-2)
    assert 1e-12 / 16 == pytest.approx(known(Applied("sigmoid"), 0.0, 1e-12).variance, rel=1e-6)


def test_constants() -> None:
    """With variance 0 the moments are those of the constant."""
    assert Response(0.25, 0.0625, 1.0, 0.0) == known(Applied("relu"), 0.25, 0.0)
    assert Response(0.0, 0.0, 0.0, 0.0) == known(Applied("relu"), -0.25, 0.0)


def test_arguments_that_are_not_finite() -> None:
    """Arguments that are not finite give nan, and softmax has no response."""
    assert all(map(math.isnan, known(Applied("tanh"), 0.0, math.inf)))
    assert all(map(math.isnan, known(Applied("tanh"), math.nan, 1.0)))
    assert response(Applied("softmax"), 0.0, 1.0) is None


def test_arrays() -> None:
    """Arrays that broadcast give arrays of their common shape, each element as if computed by itself."""
    mean, variance = np.array([[0.0], [-1.5]]), np.array([0.5, 2.0, 0.0])

    found = response(Applied("gelu"), mean, variance)

    assert found is not None
    for row, column in np.ndindex(2, 3):
        single = known(Applied("gelu"), float(mean[row, 0]), float(variance[column]))
        assert single == pytest.approx([moment[row, column] for moment in found], rel=1e-12)


def test_large_arrays() -> None:
    """Many different Gaussians are integrated with fewer nodes, still to 1e-7."""
    generator = np.random.default_rng(4)
    mean, variance = generator.normal(0, 2, (37, 41)), np.exp(generator.normal(0, 4, (37, 41)))

    found = response(Applied("hard_swish"), mean, variance)
    few = response(Applied("hard_swish"), mean[3], variance[3])

    assert found is not None
    assert few is not None
    assert found.square[3] == pytest.approx(few.square, rel=1e-7)
    assert found.slope_square[3] == pytest.approx(few.slope_square, rel=1e-7, abs=1e-30)


def test_tanh_layer_by_layer() -> None:
    """In a deep tanh network drawn at 1 / fan_in activations shrink slowly, from unit pre-activations."""
    expected = [0.6279, 0.4863, 0.4082, 0.3576, 0.3216, 0.2944, 0.2729, 0.2554, 0.2409, 0.2285]
    variance, found = 1.0, []

    for _ in expected:
        variance = known(Applied("tanh"), 0.0, variance).square
        found.append(math.sqrt(variance))

    assert expected == pytest.approx(found, abs=6e-5)


def test_selu_normalizes_itself() -> None:
    """At SELU's fixed point the Jacobian of (mean, variance) is that of Klambauer et al. 2017: norm 0.7877."""
    step = 1e-4
    above, below = (known(Applied("selu"), 0.0, 1.0 + sign * step) for sign in (1, -1))
    jacobian = [
        (above.mean - below.mean) / (2 * step),
        (above.variance - below.variance) / (2 * step),
    ]

    assert [0.0888348, 0.7826479] == pytest.approx(jacobian, abs=1e-6)
    assert 0.7876734 == pytest.approx(math.hypot(*jacobian), abs=1e-6)

"""The activations as array functions, against mpmath and known properties."""

import math
import warnings
from collections.abc import Callable

import mpmath
import numpy as np
import pytest

from tests.exact import FUNCTIONS as EXACT
from tests.exact import Function, elu, leaky
from winitgen.catalog.activations import ACTIVATIONS, Applied
from winitgen.probing.activations import FUNCTIONS, evaluate, softmax, softmax_back

CASES: list[tuple[Applied, Function]] = [
    *((Applied(name), function) for name, function in EXACT.items()),
    (Applied("leaky_relu", 0.2), leaky("0.2")),
    (Applied("leaky_relu", -0.3), leaky("-0.3")),
    (Applied("leaky_relu", 0.0), leaky("0")),
    (Applied("prelu", 1.5), leaky("1.5")),
    (Applied("elu", 1.7), elu("1.7")),
    (Applied("sin", 30.0), lambda z: mpmath.sin(30 * z)),
]
each_case = pytest.mark.parametrize(
    ("applied", "function"), CASES, ids=[f"{a.name}-{a.value}" for a, _ in CASES]
)
each_dtype = pytest.mark.parametrize(
    ("dtype", "error"), [("float32", 7e-7), ("float64", 3e-13)], ids=["float32", "float64"]
)

POINTS = (-40.0, -12.5, -8.99, -7.25, -4.4, -2.75, -1.3, -0.6, -1e-3, -1e-9)
POINTS = (*POINTS, *(-x for x in POINTS), 0.7, 2.1, 3.6, 5.7, 15.9, 19.5, 20.5)


def close(error: float) -> Callable[[list[float]], object]:
    """Return a comparison with a tolerance of ``error``, relative, or absolute below 1."""
    return lambda values: pytest.approx(values, rel=error, abs=error)


@each_case
@each_dtype
def test_values(applied: Applied, function: Function, dtype: str, error: float) -> None:
    """The value is that of the function at 30 digits, to the precision of the dtype and of omega x."""
    x = np.array(POINTS, dtype)
    error *= max(1.0, applied.largest_slope or 0.0)
    with mpmath.workdps(30):
        expected = [float(function(mpmath.mpf(float(point)))) for point in x]

    value, _ = evaluate(applied, x)

    assert close(error)(expected) == value.tolist()


@each_case
@each_dtype
def test_slopes(applied: Applied, function: Function, dtype: str, error: float) -> None:
    """The slope is the derivative found by differences at 50 digits, to the precision of the dtype."""
    x = np.array(POINTS, dtype)
    error *= max(1.0, applied.largest_slope or 0.0) ** 2
    with mpmath.workdps(50):
        step = mpmath.mpf(10) ** -20
        expected = [
            float(mpmath.diff(function, mpmath.mpf(float(point)), h=step, singular=False)) for point in x
        ]

    _, slope = evaluate(applied, x)

    assert close(error)(expected) == slope.tolist()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_new_arrays(name: str, dtype: str) -> None:
    """Both arrays are new, with the shape and dtype of x, and x is unchanged."""
    x = np.linspace(-7, 8, 15, dtype=dtype).reshape(3, 5)
    before = x.copy()

    value, slope = evaluate(Applied(name), x)

    assert ((3, 5), dtype, (3, 5), dtype) == (value.shape, value.dtype, slope.shape, slope.dtype)
    assert not any(np.shares_memory(*pair) for pair in ((x, value), (x, slope), (value, slope)))
    assert before.tolist() == x.tolist()


FAR_VALUES = {
    "sigmoid": (0.0, 1.0),
    "hard_sigmoid": (0.0, 1.0),
    "tanh": (-1.0, 1.0),
    "hard_tanh": (-1.0, 1.0),
    "softsign": (-1.0, 1.0),
    "relu6": (0.0, 6.0),
    "linear": (-math.inf, math.inf),
    "leaky_relu": (-math.inf, math.inf),
    "prelu": (-math.inf, math.inf),
    "elu": (-1.0, math.inf),
    "selu": (-1.7580993408473766, math.inf),
}
"""The limits at both ends, for activations whose limits are not 0 on the left and infinite on the right."""

FAR_SLOPES = {
    **dict.fromkeys(("linear",), (1.0, 1.0)),
    **dict.fromkeys(("sigmoid", "hard_sigmoid", "tanh", "hard_tanh", "softsign", "relu6"), (0.0, 0.0)),
    "relu2": (0.0, math.inf),
    "leaky_relu": (0.01, 1.0),
    "prelu": (0.25, 1.0),
    "selu": (0.0, 1.0507009873554805),
}
"""The limits of the slope, for activations whose limits are not 0 on the left and 1 on the right."""


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", [name for name in FUNCTIONS if name != "sin"])
def test_infinities(name: str, dtype: str) -> None:
    """At both infinities value and slope are the limits, to the last digits, and nothing is nan."""
    last = 2 * float(np.finfo(dtype).eps)
    value, slope = evaluate(Applied(name), np.array([-math.inf, math.inf], dtype))

    assert pytest.approx(FAR_VALUES.get(name, (0.0, math.inf)), rel=last, abs=last) == tuple(value.tolist())
    assert pytest.approx(FAR_SLOPES.get(name, (0.0, 1.0)), rel=last, abs=last) == tuple(slope.tolist())


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_no_warnings_far_out(name: str, dtype: str) -> None:
    """Far out there is no warning and no nan, and inputs up to 1e30 stay finite unless squared."""
    sizes = np.array([1e2, 1e4, 1e6, 1e15, 1e30])

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        pair = evaluate(Applied(name), np.concatenate([-sizes, sizes]).astype(dtype))

    assert not np.isnan(pair).any()
    assert name == "relu2" or np.isfinite(pair).all()


@pytest.mark.parametrize("name", FUNCTIONS)
def test_nan_stays(name: str) -> None:
    """A nan stays nan, and does not affect its neighbours."""
    value, _ = evaluate(Applied(name), np.array([0.5, math.nan, -0.5]))

    assert [False, True, False] == np.isnan(value).tolist()


@each_case
def test_largest_slopes(applied: Applied, function: Function) -> None:
    """On a fine grid no slope exceeds the largest, and one comes close to it; that of relu2 is unbounded."""
    x = np.linspace(-16, 16, 160001) + 1e-7
    largest = applied.largest_slope

    _, slope = evaluate(applied, x)

    if largest is None:
        assert applied.name == "relu2"
    else:
        assert largest * (1 - 3e-4) <= np.abs(slope).max() <= largest * (1 + 1e-15)


@pytest.mark.parametrize(
    ("name", "start"), [("gelu", 1.4), ("silu", 2.4), ("quick_gelu", 1.41), ("mish", 1.5)]
)
def test_steepest_points(name: str, start: float) -> None:
    """The largest slope of a smooth activation is where its second derivative is 0."""
    with mpmath.workdps(30):
        point = mpmath.findroot(lambda z: mpmath.diff(EXACT[name], z, 2), start)
        expected = float(mpmath.diff(EXACT[name], point))

    assert expected == Applied(name).largest_slope


@pytest.mark.parametrize("name", FUNCTIONS)
def test_ends(name: str) -> None:
    """The ends of a range are the limits of the function; unbounded activations have none."""
    (low, high), _ = evaluate(Applied(name), np.array([-1e12, 1e12]))
    bounded = name not in {"sin", "relu6"} and max(abs(low), abs(high)) < 1e6

    assert (pytest.approx((low, high), abs=1e-11) if bounded else None) == ACTIVATIONS[name].ends


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("linear", ()),
        ("tanh", ()),
        ("hard_tanh", (-1.0, 1.0)),
        ("hard_swish", (-3.0, 3.0)),
        ("relu6", (0.0, 6.0)),
        ("softsign", (0.0,)),
        ("relu2", (0.0,)),
        ("elu", (0.0,)),
        ("gelu", ()),
    ],
)
def test_kinks(name: str, expected: tuple[float, ...]) -> None:
    """Kinks are where the first or second derivative jumps, such as the second of softsign at 0."""
    assert expected == ACTIVATIONS[name].kinks


@pytest.mark.parametrize("name", FUNCTIONS)
def test_binary_slopes(name: str) -> None:
    """A slope is binary if it takes exactly the values 0 and 1; that of linear is always 1."""
    _, slope = evaluate(Applied(name), np.linspace(-8, 8, 1601))

    assert ({0.0, 1.0} == {*slope.tolist()}) == ACTIVATIONS[name].binary_slope


@pytest.mark.parametrize("name", FUNCTIONS)
def test_scale_free(name: str) -> None:
    """An activation is scale-free if f(c x) is c f(x), as for straight lines through 0."""
    x = np.linspace(-8, 8, 1601)
    value, scaled = (evaluate(Applied(name), point)[0] for point in (x, 4.0 * x))

    assert np.array_equal(4.0 * value, scaled) == ACTIVATIONS[name].scale_free


def test_all_have_a_function() -> None:
    """Every activation except softmax, which is refused, has a function."""
    assert {*ACTIVATIONS} - {"softmax"} == {*FUNCTIONS}
    with pytest.raises(KeyError):
        evaluate(Applied("softmax"), np.zeros(3))


@pytest.mark.parametrize("axis", [0, 1, -1])
def test_softmax(axis: int) -> None:
    """Softmax sums to 1 along its axis, in the ratios of the exponentials, and does not overflow."""
    x = np.log([[1.0, 2.0, 5.0], [3.0, 2.0, 1.0]])
    expected = np.exp(x) / np.exp(x).sum(axis=axis, keepdims=True)

    assert expected == pytest.approx(softmax(x, axis), rel=1e-14)
    assert expected == pytest.approx(softmax(x + 800.0, axis), rel=1e-12)


def test_softmax_by_hand() -> None:
    """For log 1, log 2 and log 5 the shares are 1/8, 2/8 and 5/8; backward by the Jacobian diag(p) - p p^T."""
    p = softmax(np.log(np.array([[1.0], [2.0], [5.0]], "float32")), 0)
    gradient = np.array([[3.0], [-1.0], [0.5]], "float32")
    jacobian = np.diag([0.125, 0.25, 0.625]) - np.outer([0.125, 0.25, 0.625], [0.125, 0.25, 0.625])

    back = softmax_back(p, gradient, 0)

    assert [0.125, 0.25, 0.625] == pytest.approx(p[:, 0].tolist(), rel=1e-6)
    assert (jacobian @ gradient)[:, 0] == pytest.approx(back[:, 0], rel=1e-5)
    assert ("float32", "float32") == (p.dtype, back.dtype)


def test_masked_softmax() -> None:
    """A value masked by minus infinity has the share 0, and gets no gradient."""
    p = softmax(np.array([0.0, -math.inf, 0.0]), 0)

    assert [0.5, 0.0, 0.5] == p.tolist()
    assert [0.5, 0.0, -0.5] == softmax_back(p, np.array([2.0, 7.0, 0.0]), 0).tolist()

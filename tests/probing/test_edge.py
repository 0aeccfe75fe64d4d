"""Fixed points of the variance, and the edge of chaos, against published numbers and by hand."""

import math

import pytest

from tests.probing.known import known
from winitgen.catalog.activations import Applied
from winitgen.probing.theory import Edge, edge_of_chaos, fixed_point


@pytest.mark.parametrize(
    ("name", "bias_variance", "weight_variance"),
    [
        ("tanh", 0.01, 1.424205),
        ("tanh", 0.05, 1.760955),
        ("tanh", 0.1, 1.986073),
        ("tanh", 0.2, 2.285152),
        ("tanh", 0.3, 2.505127),
        ("tanh", 0.04, 1.304146**2),
        ("gelu", 0.04, 1.547009**2),
        ("silu", 0.04, 1.679532**2),
        ("elu", 0.04, 1.229251**2),
        ("mish", 0.04, 1.463439**2),
        ("gelu", 0.01, 1.727078**2),
        ("silu", 0.01, 1.820052**2),
        ("elu", 0.01, 1.176148**2),
    ],
)
def test_edge_of_chaos(name: str, bias_variance: float, weight_variance: float) -> None:
    """The critical weights are the known ones, and chi is 1 at a fixed point of the variance."""
    edge = edge_of_chaos(Applied(name), bias_variance)

    assert edge is not None
    assert weight_variance == pytest.approx(edge.weight_variance, abs=3e-6)
    found = known(Applied(name), 0.0, edge.variance or 0.0)
    assert 1.0 == pytest.approx(edge.weight_variance * found.slope_square, rel=1e-10)
    assert edge.variance == pytest.approx(edge.weight_variance * found.square + bias_variance, rel=1e-10)


def test_variance_at_the_edge() -> None:
    """For tanh with biases of variance 0.05 the variance of pre-activations converges to 0.570048."""
    edge = edge_of_chaos(Applied("tanh"), 0.05)

    assert edge is not None
    assert 0.570048 == pytest.approx(edge.variance, abs=1e-6)
    assert edge.variance == pytest.approx(fixed_point(Applied("tanh"), edge.weight_variance, 0.05), rel=1e-9)


@pytest.mark.parametrize(
    ("applied", "weight_variance", "variance"),
    [
        (Applied("linear"), 1.0, None),
        (Applied("relu"), 2.0, None),
        (Applied("leaky_relu", 0.2), 2 / 1.04, None),
        (Applied("prelu", 0.25), 2 / 1.0625, None),
        (Applied("tanh"), 1.0, 0.0),
        (Applied("hard_tanh"), 1.0, 0.0),
        (Applied("softsign"), 1.0, 0.0),
        (Applied("sin", 30.0), 1 / 900, 0.0),
        (Applied("elu"), 1.0, 0.0),
        (Applied("elu", 1.7), 2 / (1 + 1.7**2), 0.0),
        (Applied("gelu"), 4.0, 0.0),
        (Applied("mish"), 1 / 0.36, 0.0),
    ],
    ids=str,
)
def test_edges_without_biases(applied: Applied, weight_variance: float, variance: float | None) -> None:
    """Without biases the edge is where the slope at 0 preserves a tiny signal, or any for straight lines."""
    edge = edge_of_chaos(applied, 0.0)

    assert edge is not None
    assert weight_variance == pytest.approx(edge.weight_variance, rel=1e-9)
    assert variance == edge.variance


def test_edge_of_the_sigmoid() -> None:
    """A sigmoid is not 0 at 0, so even without biases its edge is far from variance 0."""
    edge = edge_of_chaos(Applied("sigmoid"), 0.0)

    assert edge is not None
    found = known(Applied("sigmoid"), 0.0, edge.variance or 0.0)
    assert (1.0, 1.0) == pytest.approx(
        (
            edge.weight_variance * found.slope_square,
            edge.weight_variance * found.square / (edge.variance or 0.0),
        )
    )


def test_edge_of_a_fast_sine() -> None:
    """A sine's ratio of squares is tanh(omega^2 q) / omega^2: for omega = 30, q is 1/900 above the biases'."""
    edge = edge_of_chaos(Applied("sin", 30.0), 0.01)

    assert Edge(2 / 900, 0.01 + 1 / 900) == pytest.approx(edge, rel=1e-6)


def test_edge_of_squared_relu() -> None:
    """For max(x, 0)^2, E f^2 = 3 q^2 / 2 and E f'^2 = 2 q: the edge is at q = 4 sigma_b^2."""
    assert Edge(1 / 0.4, 0.2) == pytest.approx(edge_of_chaos(Applied("relu2"), 0.05), rel=1e-9)


@pytest.mark.parametrize(
    ("name", "bias_variance"),
    [
        ("softmax", 0.0),
        ("relu", 0.05),
        ("linear", 0.1),
        ("leaky_relu", 0.01),
        ("softplus", 0.0),
        ("relu2", 0.0),
    ],
)
def test_no_edge(name: str, bias_variance: float) -> None:
    """If biases accumulate, or the slope never matches the variance, there is no edge."""
    assert edge_of_chaos(Applied(name), bias_variance) is None


def test_fixed_point_of_tanh() -> None:
    """With gain 5/3, pre-activations converge to a std of 1.085578 and activations to 0.651347."""
    variance = fixed_point(Applied("tanh"), (5 / 3) ** 2, 0.0)

    assert variance is not None
    assert 1.085578 == pytest.approx(math.sqrt(variance), abs=1e-6)
    assert 0.651347 == pytest.approx(math.sqrt(known(Applied("tanh"), 0.0, variance).square), abs=1e-6)


@pytest.mark.parametrize(
    ("applied", "weight_variance", "bias_variance", "expected"),
    [
        (Applied("relu"), 2.0, 0.0, 1.0),
        (Applied("relu"), 2.0, 0.1, None),
        (Applied("relu"), 1.0, 0.1, 0.2),
        (Applied("relu"), 1.5, 2.0, 8.0),
        (Applied("relu"), 1.9, 0.0, 0.0),
        (Applied("linear"), 0.5, 0.25, 0.5),
        (Applied("softmax"), 1.0, 0.1, None),
    ],
    ids=str,
)
def test_fixed_points_by_hand(
    applied: Applied, weight_variance: float, bias_variance: float, expected: float | None
) -> None:
    """The fixed point of q = w q / 2 + b is b / (1 - w / 2); the critical ReLU keeps every variance."""
    found = fixed_point(applied, weight_variance, bias_variance)

    assert expected == (found if found is None else pytest.approx(found, rel=1e-12))


def test_fixed_point_depends_on_the_start() -> None:
    """Near its edge a GELU network takes small variances to a fixed point, and large ones to infinity."""
    variance = 0.5
    for _ in range(2000):
        variance = 2.39 * known(Applied("gelu"), 0.0, variance).square + 0.04

    assert variance == pytest.approx(fixed_point(Applied("gelu"), 2.39, 0.04, start=0.5), rel=1e-9)
    assert fixed_point(Applied("gelu"), 2.39, 0.04, start=0.7) is None

"""Every scheme at fan_in = 300 and fan_out = 100, against numbers worked out by hand."""

import math
from collections.abc import Callable
from typing import Any

import pytest

from winitgen.catalog.schemes import ALIASES, SCHEMES
from winitgen.drawing.distributions.constant import Constant
from winitgen.drawing.distributions.interval_normal import IntervalNormal
from winitgen.drawing.distributions.normal import Normal
from winitgen.drawing.distributions.truncated_normal import TruncatedNormal
from winitgen.drawing.distributions.uniform import Uniform
from winitgen.planning.plan import Parameter, Plan

Planned = Callable[..., Plan]

TAU = 0.8796256610342398
"""The standard deviation of a unit normal cut at two."""

STD = {
    ("lecun", "fan_in"): 0.05773502691896258,  # sqrt(1/300)
    ("lecun", "fan_out"): 0.1,  # sqrt(1/100)
    ("lecun", "fan_avg"): 0.07071067811865475,  # sqrt(1/200)
    ("xavier", "fan_in"): 0.05773502691896258,
    ("xavier", "fan_out"): 0.1,
    ("xavier", "fan_avg"): 0.07071067811865475,  # sqrt(2/400)
    ("he", "fan_in"): 0.08164965809277261,  # sqrt(2/300)
    ("he", "fan_out"): 0.1414213562373095,  # sqrt(2/100)
    ("he", "fan_avg"): 0.1,  # sqrt(2/200)
}
LIMIT = {
    "lecun": 0.1,  # sqrt(3/300)
    "xavier": 0.12247448713915890,  # sqrt(6/400)
    "he": 0.14142135623730950,  # sqrt(6/300)
}
OWN_MODE = {"lecun": "fan_in", "xavier": "fan_avg", "he": "fan_in"}


def drawn(planned: Planned, init: str, **options: Any) -> Parameter:
    """Return the kernel of a dense layer of 300 inputs and 100 units under ``init``."""
    plan = planned(f"input: 300\nlayers: [{{name: fc, type: dense, units: 100, init: {init}}}]", **options)
    return plan.parameters[0]


def close(expected: float) -> Any:
    """Return ``expected`` to the last two bits of float64."""
    return pytest.approx(expected, rel=4e-16)


@pytest.mark.parametrize("family", ["lecun", "xavier", "he"])
@pytest.mark.parametrize("ending", ["", "_normal", "_uniform", "_truncated_normal"])
def test_families(planned: Planned, family: str, ending: str) -> None:
    """A family's name says the variance, its ending the distribution."""
    kernel = drawn(planned, family + ending)
    std = STD[family, OWN_MODE[family]]

    assert (family + (ending or "_normal"), close(std), 0.0) == (kernel.scheme, kernel.std, kernel.mean)
    if ending == "_uniform":
        assert Uniform(close(-LIMIT[family]), close(LIMIT[family])) == kernel.distribution
    elif ending == "_truncated_normal":
        assert isinstance(kernel.distribution, TruncatedNormal)
        assert (close(std / TAU), 2.0) == (kernel.distribution.std, kernel.distribution.bound)
    else:
        assert Normal(close(std), 0.0) == kernel.distribution


@pytest.mark.parametrize(("family", "mode"), STD)
@pytest.mark.parametrize("distribution", ["normal", "uniform", "truncated_normal"])
def test_modes(planned: Planned, family: str, mode: str, distribution: str) -> None:
    """`mode` chooses the fan that divides, `distribution` leaves the standard deviation unchanged."""
    kernel = drawn(planned, f"{{scheme: {family}, mode: {mode}, distribution: {distribution}}}")

    assert close(STD[family, mode]) == kernel.std
    if distribution == "uniform":
        limit = math.sqrt(3) * STD[family, mode]
        assert Uniform(pytest.approx(-limit), pytest.approx(limit)) == kernel.distribution


@pytest.mark.parametrize("alias", ALIASES)
def test_aliases(planned: Planned, alias: str) -> None:
    """Glorot is xavier and kaiming is he, with every ending."""
    canonical = alias.replace("glorot", "xavier").replace("kaiming", "he")
    found, expected = drawn(planned, alias), drawn(planned, canonical)

    assert (expected.scheme, expected.distribution) == (found.scheme, found.distribution)


def test_default_distribution(planned: Planned) -> None:
    """Names without an ending take the default distribution, names with one keep theirs."""
    text = "input: 300\ndefaults: {{distribution: uniform}}\nlayers: [{{type: dense, units: 100, init: {}}}]"

    schemes = [planned(text.format(name)).parameters[0].scheme for name in ("he", "he_normal", "auto")]
    assert ["he_uniform", "he_normal", "xavier_uniform"] == schemes


@pytest.mark.parametrize("scale", [0.5, 1, 2])
@pytest.mark.parametrize(("mode", "fan"), [("fan_in", 300), ("fan_out", 100), ("fan_avg", 200)])
def test_variance_scaling(planned: Planned, scale: float, mode: str, fan: int) -> None:
    """variance_scaling is scale / fan."""
    kernel = drawn(planned, f"{{scheme: variance_scaling, scale: {scale}, mode: {mode}}}")

    assert close(math.sqrt(scale / fan)) == kernel.std


@pytest.mark.parametrize(
    ("options", "gain"),
    [
        ("gain: 3", 3.0),
        ("gain: tanh", 1.5925374197228315),
        ("gain: swish", 1.676532470331091),
        ("gain: 0", 0.0),
    ],
)
def test_gains_multiply(planned: Planned, options: str, gain: float) -> None:
    """A gain multiplies the standard deviation, and replaces He's sqrt 2."""
    for family in ("lecun", "he"):
        assert close(gain * STD["lecun", "fan_in"]) == drawn(planned, f"{{scheme: {family}, {options}}}").std


@pytest.mark.parametrize(
    ("activation", "gain", "expected"),
    [
        ("tanh", "torch", 5 / 3),
        ("tanh", "auto", 1.5925374197228315),
        ("selu", "torch", 0.75),
        ("relu", "auto", 2**0.5),
    ],
)
def test_whose_gain(planned: Planned, activation: str, gain: str, expected: float) -> None:
    """`auto` is the activation's own gain, `torch` what PyTorch's calculate_gain answers."""
    init = f"{{scheme: xavier, gain: {gain}}}, activation: {activation}"

    assert close(expected * STD["xavier", "fan_avg"]) == drawn(planned, init).std


def test_explicit_he_is_the_papers(planned: Planned) -> None:
    """He by name is the paper's sqrt 2 for any activation; only auto follows the activation."""
    assert close(STD["he", "fan_in"]) == drawn(planned, "he, activation: gelu").std
    assert close(1.5335304411955353 * STD["lecun", "fan_in"]) == drawn(planned, "auto, activation: gelu").std


def test_recorded(planned: Planned) -> None:
    """The first layer of a perceptron on 784 pixels: sqrt(2/784), to the last bit."""
    plan = planned("input: 784\nlayers: [{type: dense, units: 500, activation: relu}]")

    assert plan.parameters[0].std == 0.050507627227610534


@pytest.mark.parametrize(
    ("channels", "expected"), [(64, 0.058926), (128, 0.041667), (256, 0.029463), (512, 0.020833)]
)
def test_he_2015(planned: Planned, channels: int, expected: float) -> None:
    """The standard deviations that He et al. (2015) give for 3x3 kernels, by fan_out."""
    plan = planned(f"""
input: [7, 8, 8]
layers: [{{type: conv2d, filters: {channels}, kernel_size: 3, init: {{scheme: he, mode: fan_out}}}}]
""")

    assert expected == round(plan.parameters[0].std, 6)


@pytest.mark.parametrize(
    ("init", "distribution", "mean", "std"),
    [
        ("zeros", Constant(0.0), 0.0, 0.0),
        ("ones", Constant(1.0), 1.0, 0.0),
        ("{scheme: constant, value: 0.01}", Constant(0.01), 0.01, 0.0),
        ("normal", Normal(1.0, 0.0), 0.0, 1.0),
        ("{scheme: normal, mean: -2, std: 0.02}", Normal(0.02, -2.0), -2.0, 0.02),
        ("{scheme: normal, mean: 3, std: 0}", Constant(3.0), 3.0, 0.0),
        ("{scheme: uniform, low: -1, high: 3}", Uniform(-1.0, 3.0), 1.0, 2 / math.sqrt(3)),
    ],
)
def test_without_fans(planned: Planned, init: str, distribution: object, mean: float, std: float) -> None:
    """Schemes without fans follow their options only."""
    kernel = drawn(planned, init)

    assert (distribution, mean, close(std)) == (kernel.distribution, kernel.mean, kernel.std)


@pytest.mark.parametrize(
    ("options", "parent", "std"),
    [
        ("std: 0.02", 0.02 / TAU, 0.02),
        ("std: 0.02, correct: false", 0.02, 0.02 * TAU),
        ("std: 0.02, bounds: 3", 0.02 / 0.9865783925581086, 0.02),
        ("std: 0.02, bounds: 7", 0.02, 0.02),
    ],
)
def test_truncated(planned: Planned, options: str, parent: float, std: float) -> None:
    """`std` is what comes out of the cut; `correct: false` says that it is the parent's."""
    kernel = drawn(planned, f"{{scheme: truncated_normal, {options}}}")

    assert isinstance(kernel.distribution, TruncatedNormal | Normal)
    assert (close(parent), close(std)) == (kernel.distribution.std, kernel.std)


def test_cut_differently(planned: Planned) -> None:
    """A cut from 0 to infinity leaves the half normal: its mean and deviation move."""
    kernel = drawn(planned, "{scheme: truncated_normal, std: 1, bounds: [0, 9], correct: false}")

    assert isinstance(kernel.distribution, IntervalNormal)
    assert (math.sqrt(2 / math.pi), math.sqrt(1 - 2 / math.pi)) == pytest.approx((kernel.mean, kernel.std))


def test_every_scheme_names_its_source() -> None:
    """A scheme from a paper says which."""
    assert all(row.paper for row in SCHEMES.values() if row.mode)

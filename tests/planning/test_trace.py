"""What `init: auto` sees: the activation that a layer's output meets first."""

import gc
import time
from collections.abc import Callable
from textwrap import indent

import pytest

from winitgen.planning.plan import Parameter, Plan

Planned = Callable[..., Plan]

NORM_THEN_RELU = """
- {name: a, type: conv2d, filters: 6, kernel_size: 3, padding: same}
- {type: batch_norm, activation: relu}
"""
NORM_AND_RELU_APART = """
- {name: a, type: conv2d, filters: 6, kernel_size: 3, padding: same}
- {type: batch_norm}
- {type: activation, activation: relu}
"""
THROUGH_MUCH = """
- {name: a, type: conv2d, filters: 6, kernel_size: 3, padding: same}
- {type: max_pool2d, pool_size: 2}
- {type: dropout}
- {type: permute, axes: [0, 2, 1]}
- {type: reshape, shape: [16, 6]}
- {type: flatten}
- {type: activation, activation: gelu}
"""
THROUGH_CONCAT = """
- {name: a, type: conv2d, filters: 6, kernel_size: 3, padding: same}
- {name: b, type: conv2d, filters: 6, kernel_size: 3, padding: same, from: input}
- {type: concat, from: [a, b]}
- {type: batch_norm, activation: silu}
"""
THROUGH_ADD = """
- {name: a, type: conv2d, filters: 3, kernel_size: 3, padding: same}
- {type: add, from: [a, input], activation: relu}
"""
RESIDUAL = """
- type: residual
  name: r
  activation: relu
  layers: [{name: a, type: conv2d, filters: 3, kernel_size: 3, padding: same}, {type: batch_norm}]
"""
MULTIPLY_STOPS = """
- {name: a, type: conv2d, filters: 3, kernel_size: 3, padding: same}
- {type: multiply, from: [a, input]}
- {type: activation, activation: relu}
"""
ACTIVATED_MULTIPLY_STOPS = """
- {name: a, type: conv2d, filters: 3, kernel_size: 3, padding: same}
- {type: multiply, from: [a, input], activation: relu}
"""
GATE_OF_A_PRODUCT = """
- {name: a, type: conv2d, filters: 3, kernel_size: 3, padding: same}
- {name: gate, type: activation, activation: silu}
- {type: multiply, from: [gate, input], activation: relu}
"""
KERNEL_STOPS = """
- {name: a, type: conv2d, filters: 3, kernel_size: 3}
- {name: b, type: conv2d, filters: 3, kernel_size: 3, activation: relu}
"""
LINEAR_STOPS = """
- {name: a, type: conv2d, filters: 3, kernel_size: 3, activation: linear}
- {type: activation, activation: relu}
"""
PRELU = """
- {name: a, type: conv2d, filters: 3, kernel_size: 3}
- {type: prelu}
"""
FROM_SKIPS = """
- {name: a, type: conv2d, filters: 3, kernel_size: 3, padding: same}
- {name: b, type: conv2d, filters: 3, kernel_size: 3, padding: same, from: input, activation: tanh}
- {type: activation, activation: relu, from: a}
"""
NEAREST = """
- {name: a, type: conv2d, filters: 3, kernel_size: 3, padding: same}
- {name: near, type: activation, activation: selu}
- {type: activation, activation: relu}
"""
PARAM_BETWEEN = """
- {name: a, type: conv2d, filters: 3, kernel_size: 3, padding: same}
- {name: p, type: param, shape: [1], init: zeros}
- {type: activation, activation: relu}
"""


def first(planned: Planned, layers: str) -> tuple[Parameter, Parameter]:
    """Return the kernel and the bias of the layer called a, on an image of (3, 8, 8)."""
    plan = planned("input: [3, 8, 8]\nlayers:\n" + indent(layers.strip(), "  "))
    kernel, bias = (p for p in plan.parameters if p.path.split(".")[-1] == "a")
    return kernel, bias


@pytest.mark.parametrize(
    ("layers", "scheme", "variance_times_fan_in", "bias"),
    [
        pytest.param(NORM_THEN_RELU, "he_normal", 2, 0.0, id="a norm with its own relu"),
        pytest.param(NORM_AND_RELU_APART, "he_normal", 2, 0.0, id="a norm, then relu"),
        pytest.param(THROUGH_MUCH, "he_normal", 1.5335304411955353**2, 0.0, id="pooling, reshaping, gelu"),
        pytest.param(THROUGH_CONCAT, "he_normal", 1.676532470331091**2, 0.0, id="concat, silu"),
        pytest.param(THROUGH_ADD, "he_normal", 2, 0.01, id="add with relu"),
        pytest.param(RESIDUAL, "he_normal", 2, 0.0, id="residual with relu"),
        pytest.param(MULTIPLY_STOPS, "xavier_normal", 1, 0.0, id="multiply stops"),
        pytest.param(ACTIVATED_MULTIPLY_STOPS, "xavier_normal", 1, 0.0, id="multiply with relu stops"),
        pytest.param(
            GATE_OF_A_PRODUCT, "he_normal", 1.676532470331091**2, 0.0, id="a gate by its own activation"
        ),
        pytest.param(KERNEL_STOPS, "xavier_normal", 1, 0.0, id="the next kernel stops"),
        pytest.param(LINEAR_STOPS, "xavier_normal", 1, 0.0, id="explicit linear stops"),
        pytest.param(PRELU, "he_normal", 2 / 1.0625, 0.0, id="prelu with its slope of 0.25"),
        pytest.param(FROM_SKIPS, "he_normal", 2, 0.01, id="a consumer by name"),
        pytest.param(NEAREST, "lecun_normal", 1, 0.0, id="the nearest wins"),
        pytest.param(PARAM_BETWEEN, "he_normal", 2, 0.01, id="a param takes no part"),
    ],
)
def test_activation_met(
    planned: Planned, layers: str, scheme: str, variance_times_fan_in: float, bias: float
) -> None:
    """The first activation reached chooses the scheme; a bias of 0.01 is for relu without a norm."""
    kernel, constant = first(planned, layers)
    fan_out = kernel.shape[0] * 9
    fan = (27 + fan_out) / 2 if scheme == "xavier_normal" else 27

    assert scheme == kernel.scheme
    assert variance_times_fan_in == pytest.approx(kernel.std**2 * fan, rel=1e-14)
    assert bias == constant.mean


@pytest.mark.parametrize(
    ("activation", "scheme", "variance", "bias"),
    [
        ("linear", "xavier_normal", 2 / 400, 0.0),
        ("none", "xavier_normal", 2 / 400, 0.0),
        ("sigmoid", "xavier_normal", 2 / 400, 0.0),
        ("tanh", "xavier_normal", 2 / 400, 0.0),
        ("softsign", "xavier_normal", 2 / 400, 0.0),
        ("softmax", "xavier_normal", 2 / 400, 0.0),
        ("hard_sigmoid", "xavier_normal", 2 / 400, 0.0),
        ("hard_tanh", "xavier_normal", 2 / 400, 0.0),
        ("sin", "xavier_normal", 2 / 400, 0.0),
        ("relu", "he_normal", 2 / 300, 0.01),
        ("relu6", "he_normal", 1.4142135650950736**2 / 300, 0.0),
        ("relu2", "he_normal", 2 / 3 / 300, 0.0),
        ("leaky_relu", "he_normal", 2 / 1.0001 / 300, 0.0),
        ("{name: leaky_relu, slope: 0.2}", "he_normal", 2 / 1.04 / 300, 0.0),
        ("prelu", "he_normal", 2 / 1.0625 / 300, 0.0),
        ("elu", "he_normal", 1.2451983007007066**2 / 300, 0.0),
        ("gelu", "he_normal", 1.5335304411955353**2 / 300, 0.0),
        ("silu", "he_normal", 1.676532470331091**2 / 300, 0.0),
        ("swish", "he_normal", 1.676532470331091**2 / 300, 0.0),
        ("mish", "he_normal", 1.486847581273208**2 / 300, 0.0),
        ("softplus", "he_normal", 1.0418668355353018**2 / 300, 0.0),
        ("hard_swish", "he_normal", 1.7366572127665416**2 / 300, 0.0),
        ("selu", "lecun_normal", 1 / 300, 0.0),
    ],
)
def test_own_activation(planned: Planned, activation: str, scheme: str, variance: float, bias: float) -> None:
    """A layer's own activation chooses: Xavier where it is bounded, He with its gain, LeCun for selu."""
    plan = planned(f"input: 300\nlayers: [{{name: a, type: dense, units: 100, activation: {activation}}}]")
    kernel, constant = plan.parameters

    assert scheme == kernel.scheme
    assert variance == pytest.approx(kernel.std**2, rel=1e-14)
    assert bias == constant.mean


def test_classifier(planned: Planned) -> None:
    """A last layer whose output meets nothing is drawn by Xavier."""
    plan = planned(
        "input: 300\nlayers: [{type: dense, units: 50, activation: relu}, {name: out, type: dense, units: 10}]"
    )

    assert ("xavier_normal", 0.0) == (plan.parameters[2].scheme, plan.parameters[3].mean)


def test_relu_note(planned: Planned) -> None:
    """A note reports the bias of 0.01 and how to turn it off; turned off, both are gone."""
    layers = "layers: [{type: dense, units: 5, activation: relu}]"
    plan, silent = (
        planned(f"input: 8\n{layers}"),
        planned(f"input: 8\ndefaults: {{bias_init: zeros}}\n{layers}"),
    )

    assert (
        "biases of relu layers start at 0.01; turn it off with 'defaults: {bias_init: zeros}'",
    ) == plan.notes
    assert ((), 0.0) == (silent.notes, silent.parameters[1].mean)


def test_why(planned: Planned) -> None:
    """The plan says who chose: a rule, the layer, the defaults, or the activation and where it was met."""
    plan = planned("""
input: 8
defaults: {bias_init: ones}
rules: [{match: "d/kernel", init: zeros}]
layers:
  - {name: a, type: dense, units: 8, init: he_normal}
  - {name: b, type: dense, units: 8}
  - {name: act, type: activation, activation: relu}
  - {name: d, type: dense, units: 8}
  - {name: norm, type: batch_norm}
""")
    why = {p.id: p.why for p in plan.parameters}

    assert {
        "a/kernel": "layer",
        "a/bias": "defaults",
        "b/kernel": "auto: relu at act",
        "d/kernel": "rules[0]",
        "norm/gamma": "auto",
        "norm/moving_mean": "buffer",
    }.items() <= why.items()


def seconds_to_plan(planned: Planned, blocks: int) -> float:
    """Return the processor time that a chain of residual blocks takes to plan."""
    layers = f"""
input: 8
layers:
  - type: repeat
    name: "b{{i}}"
    times: {blocks}
    layers:
      - type: residual
        layers:
          - {{type: layer_norm}}
          - {{type: dense, units: 16, activation: gelu}}
          - {{type: dense, units: 8}}
"""
    gc.collect()
    gc.disable()  # how long it looks through the heap depends on the tests before
    try:
        start = time.process_time()
        planned(layers)
        return time.process_time() - start
    finally:
        gc.enable()


def test_long_residual_chain(planned: Planned) -> None:
    """Ten times as many residual blocks take about ten times as long, not a hundred times."""
    short, long = (min(seconds_to_plan(planned, blocks) for _ in range(3)) for blocks in (300, 3000))

    assert long < 40 * short


NEAREST_OF_SEVERAL = """
- {name: a, type: conv2d, filters: 3, kernel_size: 3, padding: same}
- {name: far, type: batch_norm}
- {type: activation, activation: tanh}
- {type: activation, activation: gelu, from: a}
"""
PAST_ITSELF = """
- {name: a, type: conv2d, filters: 3, kernel_size: 3, padding: same}
- {name: n, type: batch_norm}
- {type: add, from: [a, n], activation: relu}
"""


@pytest.mark.parametrize(
    ("layers", "why"),
    [
        pytest.param(NEAREST_OF_SEVERAL, "auto: gelu at activation_1", id="the nearest, though named later"),
        pytest.param(PAST_ITSELF, "auto: relu at add_0", id="the way without the norm is shorter"),
    ],
)
def test_nearest(planned: Planned, layers: str, why: str) -> None:
    """Where several ways lead on, the shortest decides."""
    kernel, bias = first(planned, layers)

    assert (why, why) == (kernel.why, bias.why)


@pytest.mark.parametrize(
    ("init", "slope"),
    [
        ("zeros", 0.0),
        ("ones", 1.0),
        ("{scheme: constant, value: 0.5}", 0.5),
        ("auto", 0.25),
        ("{scheme: uniform, low: 0.1, high: 0.3}", 0.25),
    ],
)
def test_slope_of_a_prelu(planned: Planned, init: str, slope: float) -> None:
    """A prelu counts with the slope it starts from, where that is one number; else with 0.25."""
    kernel, _ = first(
        planned,
        f"- {{name: a, type: conv2d, filters: 6, kernel_size: 3}}\n- {{type: prelu, init: {init}}}",
    )

    assert 2 / (1 + slope**2) == pytest.approx(kernel.std**2 * 27, rel=1e-14)

"""Recurrent layers: their parameters, fans and schemes, and what flows out of them."""

from collections.abc import Callable
from typing import Any

import pytest

import winitgen
from winitgen.drawing.distributions.constant import Constant
from winitgen.drawing.distributions.constant_gates import ConstantGates
from winitgen.errors import SpecError
from winitgen.planning.plan import Parameter, Plan

Planned = Callable[..., Plan]


def parameters(planned: Planned, options: str, top: str = "") -> dict[str, Parameter]:
    """Return the parameters of one recurrent layer of 6 units over 5 features, by id."""
    plan = planned(f"input: [7, 5]\n{top}\nlayers: [{{name: r, units: 6, {options}}}]")
    return {parameter.id: parameter for parameter in plan.parameters}


@pytest.mark.parametrize(("kind", "gates"), [("rnn", 1), ("lstm", 4), ("gru", 3)])
def test_a_cell(planned: Planned, kind: str, gates: int) -> None:
    """A cell has one matrix for each gate, from its inputs and from its own state."""
    found = {key: p.shape for key, p in parameters(planned, f"type: {kind}, init: xavier").items()}
    expected = {
        "r.l0.forward/kernel": (gates, 6, 5),
        "r.l0.forward/recurrent_kernel": (gates, 6, 6),
        "r.l0.forward/bias": (gates, 6),
    }
    if kind == "gru":
        expected["r.l0.forward/recurrent_bias"] = (gates, 6)

    assert expected == found


def test_levels_and_directions(planned: Planned) -> None:
    """A second level takes what both directions of the first give, side by side."""
    options = "type: gru, num_layers: 2, bidirectional: true, use_bias: false, init: he"
    found = {key: (p.shape, p.fan_in, p.fan_out) for key, p in parameters(planned, options).items()}

    assert {
        "r.l0.forward/kernel": ((3, 6, 5), 5, 6),
        "r.l0.forward/recurrent_kernel": ((3, 6, 6), 6, 6),
        "r.l0.backward/kernel": ((3, 6, 5), 5, 6),
        "r.l0.backward/recurrent_kernel": ((3, 6, 6), 6, 6),
        "r.l1.forward/kernel": ((3, 6, 12), 12, 6),
        "r.l1.forward/recurrent_kernel": ((3, 6, 6), 6, 6),
        "r.l1.backward/kernel": ((3, 6, 12), 12, 6),
        "r.l1.backward/recurrent_kernel": ((3, 6, 6), 6, 6),
    } == found


@pytest.mark.parametrize(
    ("options", "scheme", "std"),
    [
        pytest.param("type: rnn", "xavier_normal", (2 / 11) ** 0.5, id="tanh"),
        pytest.param("type: rnn, activation: relu", "he_normal", (2 / 5) ** 0.5, id="relu"),
        pytest.param("type: lstm", "xavier_normal", (2 / 11) ** 0.5, id="lstm"),
        pytest.param("type: gru", "xavier_normal", (2 / 11) ** 0.5, id="gru"),
    ],
)
def test_automatic_kernels(planned: Planned, options: str, scheme: str, std: float) -> None:
    """Each gate is a matrix from 5 inputs to 6 units; a recurrent kernel is orthogonal."""
    found = parameters(planned, options)
    kernel = found["r.l0.forward/kernel"]

    assert (scheme, pytest.approx(std)) == (kernel.scheme, kernel.std)
    assert found["r.l0.forward/recurrent_kernel"].scheme == "orthogonal"


def test_automatic_biases(planned: Planned) -> None:
    """The forget gate of an LSTM starts at 1; every other bias at 0, before a relu too."""
    drawn: dict[str, Any] = {
        options: [p.distribution for key, p in parameters(planned, options).items() if "bias" in key]
        for options in ("type: lstm", "type: gru", "type: rnn, activation: relu")
    }

    assert {
        "type: lstm": [ConstantGates((0.0, 1.0, 0.0, 0.0))],
        "type: gru": [Constant(0.0), Constant(0.0)],
        "type: rnn, activation: relu": [Constant(0.0)],
    } == drawn


def test_what_is_said_of_the_forget_gate(planned: Planned) -> None:
    """Mean and standard deviation of an LSTM's bias are those of one 1 in four."""
    bias = parameters(planned, "type: lstm")["r.l0.forward/bias"]

    assert ("forget_bias", 0.25, pytest.approx((3 / 16) ** 0.5)) == (bias.scheme, bias.mean, bias.std)


def test_defaults_reach_all_kernels_and_all_biases(planned: Planned) -> None:
    """`defaults` hold for recurrent kernels as for kernels, and for both biases of a GRU."""
    top = "defaults: {init: {scheme: normal, std: 0.02}, bias_init: ones}"
    found = parameters(planned, "type: gru", top)

    assert [("normal", 0.02)] * 2 + [("ones", 0.0)] * 2 == [(p.scheme, p.std) for p in found.values()]


def test_a_rule_can_mean_only_recurrent_kernels(planned: Planned) -> None:
    """The role tells a recurrent kernel from a kernel."""
    found = parameters(planned, "type: lstm", "rules: [{match: '*', role: recurrent_kernel, init: zeros}]")

    assert ["xavier_normal", "zeros", "forget_bias"] == [p.scheme for p in found.values()]


def test_the_uniform_variant_of_auto(planned: Planned) -> None:
    """`auto` with a distribution changes the kernel; what is orthogonal has no distribution."""
    top = "defaults: {init: {scheme: auto, distribution: uniform}}"

    assert ["xavier_uniform", "orthogonal"] == [
        p.scheme for key, p in parameters(planned, "type: lstm", top).items() if "kernel" in key
    ]


@pytest.mark.parametrize(
    ("options", "out"),
    [
        ("", (6,)),
        ("bidirectional: true", (12,)),
        ("return_sequences: true", (7, 6)),
        ("return_sequences: true, bidirectional: true, num_layers: 3", (7, 12)),
    ],
)
def test_flow(planned: Planned, options: str, out: tuple[int, ...]) -> None:
    """Both directions go on side by side, and every position only where all are asked for."""
    plan = planned(f"""
input: [7, 5]
layers:
  - {{type: lstm, units: 6, {options}}}
  - {{type: layer_norm}}
""")

    assert plan.layers[1].incoming is not None
    assert out == plan.layers[1].incoming.shape


def test_without_an_input(planned: Planned) -> None:
    """A recurrent layer that nothing flows into states its features."""
    plan = planned("""
layers:
  - {type: gru, units: 6, inputs: 5, return_sequences: true}
  - {type: dense, units: 3}
""")

    assert (3, 6) == plan.parameters[-2].shape


def test_projection(planned: Planned) -> None:
    """The projected features flow out and back into the cell: they are the recurrent inputs of each gate."""
    found = parameters(planned, "type: lstm, projection: 3, num_layers: 2, bidirectional: true")
    shapes = {key: (p.shape, p.fan_in, p.fan_out) for key, p in found.items()}

    assert ((4, 6, 3), 3, 6) == shapes["r.l0.forward/recurrent_kernel"]
    assert ((3, 6), 6, 3) == shapes["r.l0.forward/projection_kernel"]
    assert ((4, 6, 6), 6, 6) == shapes["r.l1.backward/kernel"]
    assert found["r.l1.forward/projection_kernel"].std == pytest.approx((2 / 9) ** 0.5)


@pytest.mark.parametrize(
    ("layout", "message"),
    [
        ("keras", "Keras's LSTM has no projection"),
        ("flax", "Flax's LSTM cells have no projection"),
        ("nnx", "Flax's LSTM cells have no projection"),
    ],
)
def test_projection_is_pytorchs(layout: str, message: str) -> None:
    """Keras and Flax refuse a projection by name."""
    advice = "leave projection out, or choose the layout torch"
    with pytest.raises(SpecError) as caught:
        winitgen.plan(
            {"input": [5, 4], "layers": [{"type": "lstm", "units": 6, "projection": 3}]}, layout=layout
        )

    assert str(caught.value).endswith(f"layers[0].projection: {message}; {advice}")

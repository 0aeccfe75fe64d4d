"""Layers whose outputs meet two different activations: which of them counts, and the note."""

from collections.abc import Callable
from itertools import permutations

import pytest

from winitgen.planning.plan import Plan

Planned = Callable[..., Plan]

TANH = "{name: t, type: activation, activation: tanh, from: a}"
RELU = "{name: r, type: activation, activation: relu, from: a}"
NORMED = "{name: n, type: layer_norm, activation: relu, from: a}"
SELU = "{name: s, type: activation, activation: selu, from: a}"
SILU = "{name: i, type: activation, activation: silu, from: a}"
STEEP = "{name: l, type: activation, activation: {name: leaky_relu, slope: 0.5}, from: a}"
LEAKY = "{name: k, type: activation, activation: leaky_relu, from: a}"
SIGMOID = "{name: g, type: activation, activation: sigmoid, from: a}"
DENSE = "{name: d, type: dense, units: 7, from: a}"
FAR = "{name: f, type: dropout, from: a}, {name: far, type: activation, activation: relu}"


def plan_of(planned: Planned, *consumers: str, options: str = "", defaults: str = "{}") -> Plan:
    """Return the plan of a dense layer, 300 to 100, whose output the consumers take."""
    first = f"{{name: a, type: dense, units: 100{options}}}"
    return planned(f"input: 300\ndefaults: {defaults}\nlayers: [{', '.join((first, *consumers))}]")


@pytest.mark.parametrize(
    ("consumers", "scheme", "factor", "bias"),
    [
        pytest.param((TANH, RELU), "he_normal", 2 / 300, 0.01, id="He goes before Xavier"),
        pytest.param((TANH, SELU), "lecun_normal", 1 / 300, 0, id="LeCun goes before Xavier"),
        pytest.param((SELU, RELU), "he_normal", 2 / 300, 0.01, id="He goes before LeCun"),
        pytest.param((RELU, SILU), "he_normal", 1.676532470331091**2 / 300, 0, id="the larger gain"),
        pytest.param(
            (LEAKY, STEEP), "he_normal", 2 / 1.0001 / 300, 0, id="the larger gain of one activation"
        ),
        pytest.param((NORMED, RELU), "he_normal", 2 / 300, 0.01, id="the way without a norm"),
        pytest.param((FAR, TANH), "xavier_normal", 2 / 400, 0, id="the nearest"),
        pytest.param((DENSE, RELU), "he_normal", 2 / 300, 0.01, id="a layer with a kernel has no say"),
        pytest.param((TANH, SELU, SILU, RELU), "he_normal", 1.676532470331091**2 / 300, 0, id="four"),
    ],
)
def test_the_order_does_not_matter(
    planned: Planned, consumers: tuple[str, ...], scheme: str, factor: float, bias: float
) -> None:
    """Whichever consumer comes first, the same activation counts."""
    for order in permutations(consumers):
        kernel, constant = plan_of(planned, *order).parameters[:2]

        assert scheme == kernel.scheme
        assert factor == pytest.approx(kernel.std**2, rel=1e-14)
        assert bias == constant.mean


BOTH = "a meets relu at r and tanh at t; it is drawn for relu"
RELU_BIAS = "biases of relu layers start at 0.01; turn it off with 'defaults: {bias_init: zeros}'"


@pytest.mark.parametrize(
    ("consumers", "notes"),
    [
        pytest.param((TANH, RELU), [RELU_BIAS, BOTH], id="two"),
        pytest.param((RELU, TANH), [RELU_BIAS, BOTH], id="two, the other way round"),
        pytest.param((FAR, TANH), ["a meets tanh at t and relu at far; it is drawn for tanh"], id="one far"),
        pytest.param(
            (LEAKY, STEEP),
            ["a meets leaky_relu at k and leaky_relu(0.5) at l; it is drawn for leaky_relu"],
            id="two slopes",
        ),
        pytest.param((RELU, NORMED), [RELU_BIAS], id="one activation twice"),
        pytest.param((DENSE, RELU), [RELU_BIAS], id="a kernel and an activation"),
    ],
)
def test_a_note_names_both(planned: Planned, consumers: tuple[str, ...], notes: list[str]) -> None:
    """The note names the layer, both activations with their places, and the one that counts."""
    assert notes == list(plan_of(planned, *consumers).notes)


@pytest.mark.parametrize(
    ("consumers", "options", "notes"),
    [
        pytest.param((TANH, RELU), ", init: he, bias_init: zeros", [], id="both schemes are given"),
        pytest.param((TANH, RELU), ", init: he", [RELU_BIAS, BOTH], id="the bias follows"),
        pytest.param((TANH, SILU), ", init: he", [], id="the bias is 0 for both"),
        pytest.param(
            (TANH, RELU),
            ", init: {scheme: xavier, gain: auto}, bias_init: zeros",
            [BOTH],
            id="the gain follows",
        ),
        pytest.param(
            (TANH, RELU), ", init: {scheme: xavier, gain: 2}, bias_init: zeros", [], id="a gain is given"
        ),
    ],
)
def test_only_what_follows_is_noted(
    planned: Planned, consumers: tuple[str, ...], options: str, notes: list[str]
) -> None:
    """There is no note if neither activation decides anything."""
    assert notes == list(plan_of(planned, *consumers, options=options).notes)


def test_a_preset_decides_instead(planned: Planned) -> None:
    """Under a preset no activation counts."""
    assert () == plan_of(planned, TANH, RELU, defaults="{preset: keras}").notes


@pytest.mark.parametrize(
    ("times", "more"),
    [(1, ""), (2, " (1 more layer meets two activations)"), (12, " (11 more layers meet two activations)")],
)
def test_many_are_one_note(planned: Planned, times: int, more: str) -> None:
    """The first of many such layers is described, and the others are counted."""
    body = f"{{name: a, type: dense, units: 8}}, {SIGMOID}, {SILU}"
    plan = planned(f"""
input: 8
layers:
  - type: repeat
    name: "b{{i}}"
    times: {times}
    layers: [{body}]
""")

    assert (f"b0.a meets silu at b0.i and sigmoid at b0.g; it is drawn for silu{more}",) == plan.notes


def test_beyond_the_choice(planned: Planned) -> None:
    """An activation that a layer meets further on, past another branching, counts for the layers before it too."""
    plan = planned("""
input: 8
layers:
  - {name: a, type: dense, units: 8}
  - {name: norm, type: layer_norm}
  - {name: t, type: activation, activation: tanh}
  - {name: r, type: activation, activation: relu, from: norm}
""")

    assert ("a meets relu at r and tanh at t; it is drawn for relu",) == plan.notes
    assert "auto: relu at r, after a norm" == plan.parameters[1].why

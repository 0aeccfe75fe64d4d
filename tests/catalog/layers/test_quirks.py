"""The frameworks' own fans, worked out by hand; tests/frameworks asks the frameworks themselves."""

import json
from collections.abc import Callable

import pytest

from winitgen.planning.plan import Plan

Planned = Callable[..., Plan]

IMAGE = "[12, 9, 9]"
GROUPED = "type: conv2d, filters: 20, kernel_size: 3, groups: 4"
STRIDED = f"{GROUPED}, strides: 2"
DEPTHWISE = "type: depthwise_conv2d, kernel_size: 3, depth_multiplier: 2"
TRANSPOSED = "type: conv2d_transpose, filters: 20, kernel_size: 3, strides: 2, groups: 2"
SEQUENCE = "[7, 6]"
LSTM = "type: lstm, units: 5"
GRU = "type: gru, units: 5"
ATTENTION = "type: multi_head_attention, heads: 3, head_dim: 4, kv_heads: 1"

CASES = [
    (IMAGE, GROUPED, "kernel", {"none": (27, 45), "torch": (27, 180), "keras": (27, 180), "flax": (27, 180)}),
    (
        IMAGE,
        DEPTHWISE,
        "kernel",
        {"none": (9, 18), "torch": (9, 216), "keras": (108, 18), "flax": (9, 216)},
    ),
    (
        IMAGE,
        TRANSPOSED,
        "kernel",
        {"none": (13.5, 90), "torch": (90, 108), "keras": (90, 108), "flax": (108, 90)},
    ),
    (
        IMAGE,
        STRIDED,
        "kernel",
        {"none": (27, 11.25), "torch": (27, 180), "keras": (27, 180), "flax": (27, 180)},
    ),
    (
        IMAGE,
        f"{DEPTHWISE}, strides: [3, 1]",
        "kernel",
        {"none": (9, 6), "torch": (9, 216), "keras": (108, 18), "flax": (9, 216)},
    ),
    (
        SEQUENCE,
        LSTM,
        "kernel",
        {"none": (6, 5), "torch": (6, 20), "keras": (6, 20), "flax": (6, 5)},
    ),
    (
        SEQUENCE,
        GRU,
        "recurrent_kernel",
        {"none": (5, 5), "torch": (5, 15), "keras": (5, 15), "flax": (5, 5)},
    ),
    (
        "{tokens: 7}",
        "type: embedding, count: 50, dim: 8",
        "embeddings",
        {"none": (1, 8), "torch": (8, 50), "keras": (50, 8), "flax": (8, 8)},
    ),
    (
        IMAGE,
        STRIDED,
        "bias",
        {"none": (27, 11.25), "torch": (27, 180), "keras": (20, 20), "flax": (27, 11.25)},
    ),
    (IMAGE, GROUPED, "bias", {"none": (27, 45), "torch": (27, 180), "keras": (20, 20), "flax": (27, 45)}),
    (
        IMAGE,
        TRANSPOSED,
        "bias",
        {"none": (13.5, 90), "torch": (90, 108), "keras": (20, 20), "flax": (13.5, 90)},
    ),
    (SEQUENCE, LSTM, "bias", {"none": (6, 5), "torch": (6, 20), "keras": (20, 20), "flax": (6, 5)}),
    (
        SEQUENCE,
        GRU,
        "recurrent_bias",
        {"none": (5, 5), "torch": (5, 15), "keras": (2, 15), "flax": (5, 5)},
    ),
]


@pytest.mark.parametrize(
    ("model_input", "layer", "role", "framework", "fans"),
    [
        pytest.param(model_input, layer, role, framework, fans, id=f"{framework}: {role} of {layer[6:20]}")
        for model_input, layer, role, expected in CASES
        for framework, fans in expected.items()
    ],
)
def test_fans(
    planned: Planned, model_input: str, layer: str, role: str, framework: str, fans: tuple[float, float]
) -> None:
    """Each framework's fans for a kernel with groups, strides, gates; `none` is the truth."""
    plan = planned(f"input: {model_input}\nlayers: [{{{layer}, quirks: {framework}}}]")
    found = next(parameter for parameter in plan.parameters if parameter.role == role)

    assert fans == (found.fan_in, found.fan_out)


@pytest.mark.parametrize("framework", ["torch", "keras", "flax"])
def test_separable(planned: Planned, framework: str) -> None:
    """A separable convolution has the quirks of a depthwise one, and a pointwise part without any."""
    layer = "{type: separable_conv1d, filters: 10, kernel_size: 3, depth_multiplier: 2, use_bias: false}"
    plan = planned(f"input: [6, 20]\ndefaults: {{quirks: {framework}}}\nlayers: [{layer}]")
    depthwise = {"torch": (3, 36), "keras": (18, 6), "flax": (3, 36)}[framework]

    assert [depthwise, (12, 10)] == [(p.fan_in, p.fan_out) for p in plan.parameters]


@pytest.mark.parametrize(
    ("fused", "names", "fan_out"),
    [
        pytest.param("false", "{}", [12, 4, 4, 6], id="apart"),
        pytest.param("true", "{}", [20, 20, 20, 6], id="fused"),
        pytest.param("true", "{query: q, key: k, value: v}", [20, 20, 20, 6], id="fused, by other names"),
    ],
)
def test_fused_attention(planned: Planned, fused: str, names: str, fan_out: list[int]) -> None:
    """PyTorch sees query, key and value as one matrix with 12 + 4 + 4 outputs if they are one array."""
    layer = f"{{{ATTENTION}, use_bias: false, fused: {fused}, names: {names}, quirks: torch}}"
    plan = planned(f"input: {SEQUENCE}\nlayers: [{layer}]")

    assert fan_out == [parameter.fan_out for parameter in plan.parameters]
    assert [6, 6, 6, 12] == [parameter.fan_in for parameter in plan.parameters]


@pytest.mark.parametrize("framework", ["torch", "keras", "flax"])
@pytest.mark.parametrize("layer", ["embedding", "positional_embedding"])
def test_automatic_embeddings_stay(planned: Planned, framework: str, layer: str) -> None:
    """`auto` gives a table 1/sqrt(dim), whichever fan dim is."""
    tokens = "[3, 16]" if "pos" in layer else "{tokens: 3}"
    text = f"input: {tokens}\nlayers: [{{type: {layer}, count: 50, dim: 16, quirks: {framework}}}]"

    assert 0.25 == planned(text).parameters[0].std


def test_a_dense_layer_has_none(planned: Planned) -> None:
    """All frameworks have the true fans for a dense kernel."""
    plans = [
        planned(f"input: 300\ndefaults: {{quirks: {framework}}}\nlayers: [{{type: dense, units: 100}}]")
        for framework in ("none", "torch", "keras", "flax")
    ]

    assert [(300, 100)] * 4 == [(plan.parameters[0].fan_in, plan.parameters[0].fan_out) for plan in plans]


def test_the_layer_beats_the_defaults(planned: Planned) -> None:
    """`defaults: {quirks}` holds for all layers but those that say otherwise; a norm has no fans."""
    plan = planned(f"""
input: {IMAGE}
defaults: {{quirks: torch, use_bias: false}}
layers:
  - {{{GROUPED}, from: input}}
  - {{{DEPTHWISE}, from: input, quirks: keras}}
  - {{{GROUPED}, from: input, quirks: none}}
  - {{{GROUPED}, from: input, quirks: ~}}
  - {{type: instance_norm, affine: true}}
""")

    assert [(27, 180), (108, 18), (27, 45), (27, 180), (None, None), (None, None)] == [
        (p.fan_in, p.fan_out) for p in plan.parameters
    ]


def test_a_param_keeps_what_it_states(planned: Planned) -> None:
    """The fans of a param are stated, not seen."""
    text = "defaults: {quirks: keras}\nlayers: [{name: p, type: param, shape: [4, 4], fan_in: 3, fan_out: 5, init: he}]"
    parameter = planned(text).parameters[0]

    assert (3, 5) == (parameter.fan_in, parameter.fan_out)


def test_a_spread_by_quirks(planned: Planned) -> None:
    """Keras's Glorot uniform for 64 depthwise channels: sqrt(6 / (64 * 9 + 9)), not sqrt(6 / (9 + 9))."""
    layer = "{type: depthwise_conv2d, kernel_size: 3, init: glorot_uniform"
    text = "input: [64, 9, 9]\nlayers: [" + layer + ", quirks: keras}, " + layer + "}]"
    kernels = [p.distribution for p in planned(text).parameters if p.role == "kernel"]

    assert [0.10127393670836667, 0.5773502691896258] == pytest.approx([uniform.high for uniform in kernels])


@pytest.mark.parametrize(
    ("defaults", "layer", "said"),
    [
        pytest.param("{}", "", [None, None], id="nothing said"),
        pytest.param("{quirks: none}", ", quirks: none", [None, None], id="none, stated"),
        pytest.param("{quirks: torch}", "", ["torch", None], id="by default"),
        pytest.param("{quirks: torch}", ", quirks: torch", ["torch", None], id="twice"),
        pytest.param("{}", ", quirks: torch", [None, "torch"], id="by the layer"),
        pytest.param("{quirks: torch}", ", quirks: none", ["torch", "none"], id="but for the layer"),
    ],
)
def test_canonical(planned: Planned, defaults: str, layer: str, said: list[str | None]) -> None:
    """The canonical spec says what differs from what holds anyway, and reads back the same."""
    plan = planned(f"input: {IMAGE}\ndefaults: {defaults}\nlayers: [{{{GROUPED}{layer}}}]")

    assert said == [plan.spec["defaults"].get("quirks"), plan.spec["layers"][0].get("quirks")]
    again = planned(json.dumps(plan.spec))
    assert (plan.spec, plan.parameters) == (again.spec, again.parameters)

"""Scales and shifts: their ids, shapes and sizes, and what `auto`, the defaults and the presets give them."""

import json
from collections.abc import Callable

import pytest

from winitgen.layouts import tensors
from winitgen.planning.plan import Plan

Planned = Callable[..., Plan]

BOTH = pytest.mark.parametrize("kind", ["scale", "shift"])


@BOTH
@pytest.mark.parametrize(
    ("size", "options", "shape"),
    [
        pytest.param("[5, 7]", "", (7,), id="the last axis"),
        pytest.param("[5, 7]", ", axis: 0", (5,), id="the first axis"),
        pytest.param("[5, 7, 3]", ", axis: [2, 0]", (5, 3), id="two axes, in the order of the flow"),
        pytest.param("[5, 7, 3]", ", axis: [0, 1, 2], shape: [1, 5, 7, 3]", (1, 5, 7, 3), id="all axes"),
        pytest.param("[5, 7]", ", axis: []", (), id="one for all"),
        pytest.param("[5, 7]", ", axis: [], shape: [1]", (1,), id="one for all, in a list"),
        pytest.param("[5, 7, 3]", ", axis: 0, shape: [5, 1, 1]", (5, 1, 1), id="stored to broadcast"),
        pytest.param("12", "", (12,), id="features"),
    ],
)
def test_shapes(planned: Planned, kind: str, size: str, options: str, shape: tuple[int, ...]) -> None:
    """The id is the path; the shape is that of the axes, or the one that is stated; the flow is unchanged."""
    plan = planned(f"input: {size}\nlayers: [{{name: a.gamma, type: {kind}{options}}}, {{type: dropout}}]")

    assert [("a.gamma", shape)] == [(p.id, p.shape) for p in plan.parameters]
    assert plan.layers[1].incoming is not None
    assert plan.layers[1].incoming.shape == plan.inputs[""].shape


def test_without_an_input(planned: Planned) -> None:
    """A part without an input states its features, which flow on; a single value needs none."""
    plan = planned(
        "layers: [{name: a, type: scale, inputs: 6}, {name: fc, type: dense, units: 4}, {name: b, type: scale, axis: []}]"
    )

    assert [(6,), (4, 6), ()] == [p.shape for p in plan.parameters if "bias" not in p.id]


@pytest.mark.parametrize(("kind", "value"), [("scale", 1.0), ("shift", 0.0)])
@pytest.mark.parametrize("defaults", ["{}", "{init: he_normal, bias_init: ones}", "{preset: keras}"])
def test_the_signal_is_left_as_it_is(planned: Planned, kind: str, value: float, defaults: str) -> None:
    """`auto` and the presets multiply by 1 and add 0; the defaults do not reach either."""
    plan = planned(f"input: 6\ndefaults: {defaults}\nlayers: [{{type: {kind}}}]")

    assert [(value, 0.0)] == [(p.mean, p.std) for p in plan.parameters]


@pytest.mark.parametrize("defaults", ["{init: ones}", "{preset: torch}"])
def test_the_canonical_spec_reads_back(planned: Planned, defaults: str) -> None:
    """A scheme that equals the defaults' is kept, since these do not reach the layer."""
    layers = "[{type: shift, init: ones, axis: [0, 1], shape: [1, 4, 6]}, {type: scale, init: auto}]"
    plan = planned(f"input: [4, 6]\ndefaults: {defaults}\nlayers: {layers}")

    again = planned(json.dumps(plan.spec))
    assert (plan.spec, plan.parameters) == (again.spec, again.parameters)
    assert [1.0, 1.0] == [p.mean for p in again.parameters]


def test_it_is_drawn_as_stated(planned: Planned) -> None:
    """The layer's own scheme, or a rule that matches its path, has precedence."""
    text = "input: 6\nlayers: [{name: a, type: scale, init: {scheme: layer_scale, value: 1.0e-6}}, {name: b, type: scale}]"
    plan = planned(f"{text}\nrules: [{{match: b, role: scale, init: {{scheme: constant, value: 0.5}}}}]")

    assert [1e-6, 0.5] == [p.mean for p in plan.parameters]


@BOTH
def test_activations_are_seen_through(planned: Planned, kind: str) -> None:
    """A layer before it meets the activation after it."""
    layers = f"{{name: a, type: dense, units: 20}}, {{type: {kind}}}, {{type: activation, activation: gelu}}"

    assert "auto: gelu at activation_0" == planned(f"input: 20\nlayers: [{layers}]").parameters[0].why


@BOTH
@pytest.mark.parametrize(
    ("framework", "shape"),
    [("torch", (6, 1, 1)), ("keras", (6,)), ("flax", (6,)), ("nnx", (6,))],
)
def test_of_an_image(planned: Planned, kind: str, framework: str, shape: tuple[int, ...]) -> None:
    """With channels last the axes after the channels come before them: their 1s are not stored."""
    layers = f"{{type: max_pool2d, pool_size: 1}}, {{name: g, type: {kind}, axis: 0, shape: [6, 1, 1]}}"
    plan = planned(f"input: [6, 4, 4]\nlayers: [{layers}]", layout=framework)
    name = "params.g" if framework == "flax" else "g"

    assert [(name, shape)] == [(tensor.name, tensor.shape) for tensor in tensors(plan)]


@pytest.mark.parametrize("framework", ["keras", "flax", "nnx"])
def test_of_axes_that_are_no_image(planned: Planned, framework: str) -> None:
    """The output of a permute has the axes of the spec in every framework, so the shape stays."""
    layers = "{type: permute, axes: [2, 0, 1]}, {name: g, type: scale, axis: 0, shape: [6, 1, 1]}"
    plan = planned(f"input: [4, 4, 6]\nlayers: [{layers}]", layout=framework)

    assert [(6, 1, 1)] == [tensor.shape for tensor in tensors(plan)]

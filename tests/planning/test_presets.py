"""Presets: which options override them, what the plan says of them, and what the file records."""

import json
import math
from collections.abc import Callable
from typing import Any

import pytest

from winitgen.catalog.layers import LAYERS
from winitgen.catalog.layers.layer import Layer
from winitgen.catalog.presets import PRESETS
from winitgen.drawing.distributions.constant import Constant
from winitgen.drawing.distributions.truncated_normal import TruncatedNormal
from winitgen.drawing.distributions.uniform import Uniform
from winitgen.planning.plan import Parameter, Plan

Planned = Callable[..., Plan]

FRAMEWORKS = list(PRESETS)


def model(planned: Planned, defaults: str, layer: str = "", rules: str = "") -> dict[str, Parameter]:
    """Return the parameters of a dense layer of 300 inputs and 100 units, then a norm, by id."""
    plan = planned(f"""
input: 300
defaults: {{{defaults}}}
rules: [{rules}]
layers:
  - {{name: fc, type: dense, units: 100, activation: relu{layer}}}
  - {{name: norm, type: layer_norm}}
""")
    return {parameter.id: parameter for parameter in plan.parameters}


def test_chosen_by_the_preset(planned: Planned) -> None:
    """What the spec leaves open is the preset's, and the plan says so."""
    found = model(planned, "preset: torch")

    assert {"preset torch"} == {parameter.why for parameter in found.values()}
    assert ("lecun_uniform", "gain 0.57735: limit = sqrt(1/300) = 0.05774") == (
        found["fc/kernel"].scheme,
        found["fc/kernel"].formula,
    )


@pytest.mark.parametrize(
    ("framework", "kernel", "bias"),
    [
        (
            "torch",
            Uniform(-1 / math.sqrt(300), 1 / math.sqrt(300)),
            Uniform(-1 / math.sqrt(300), 1 / math.sqrt(300)),
        ),
        ("keras", Uniform(-0.1224744871391589, 0.1224744871391589), Constant(0.0)),  # sqrt(6/400)
        (
            "flax",
            0.05773502691896258 / 0.8796256610342398,
            Constant(0.0),
        ),  # sqrt(1/300) over what the cut leaves
    ],
)
def test_numbers(planned: Planned, framework: str, kernel: Any, bias: Any) -> None:
    """A dense layer of 300 inputs and 100 units, by hand."""
    found = model(planned, f"preset: {framework}")
    drawn = found["fc/kernel"].distribution
    if isinstance(drawn, TruncatedNormal):
        assert (kernel, 2.0) == (pytest.approx(drawn.std, rel=1e-15), drawn.bound)
    else:
        assert pytest.approx(kernel, rel=4e-16) == drawn
    assert pytest.approx(bias, rel=4e-16) == found["fc/bias"].distribution


def test_a_limit_without_a_rounding(planned: Planned) -> None:
    """U(-1/sqrt(784), 1/sqrt(784)) is U(-1/28, 1/28), to the last bit."""
    plan = planned("input: 784\ndefaults: {preset: torch}\nlayers: [{type: dense, units: 5}]")

    assert [Uniform(-1 / 28, 1 / 28)] * 2 == [parameter.distribution for parameter in plan.parameters]


def test_precedence(planned: Planned) -> None:
    """A rule overrides the layer's own options, these the defaults, and these the preset."""
    normal = "{{scheme: normal, std: {}}}"
    layer, default = f", init: {normal.format(3)}", f", init: {normal.format(2)}"
    rule = f"{{match: fc/kernel, init: {normal.format(4)}}}"
    found = [
        model(planned, "preset: torch")["fc/kernel"],
        model(planned, f"preset: torch{default}")["fc/kernel"],
        model(planned, f"preset: torch{default}", layer)["fc/kernel"],
        model(planned, f"preset: torch{default}", layer, rule)["fc/kernel"],
    ]

    assert [math.sqrt(1 / 900), 2.0, 3.0, 4.0] == pytest.approx([parameter.std for parameter in found])
    assert ["preset torch", "defaults", "layer", "rules[0]"] == [parameter.why for parameter in found]


def test_each_default_covers_its_own(planned: Planned) -> None:
    """A default for kernels leaves the biases and the norms to the preset, and the other way round."""
    kernels = model(planned, "preset: torch, init: he")
    biases = model(planned, "preset: torch, bias_init: ones")

    assert ["defaults", "preset torch", "preset torch", "preset torch"] == [p.why for p in kernels.values()]
    assert ["preset torch", "defaults", "preset torch", "preset torch"] == [p.why for p in biases.values()]


@pytest.mark.parametrize(
    ("defaults", "layer", "rule"),
    [
        pytest.param("preset: torch, init: auto, bias_init: auto", "", "", id="defaults"),
        pytest.param("preset: torch", ", init: auto, bias_init: auto", "", id="the layer"),
        pytest.param("preset: torch", "", "{match: fc/*, init: auto}", id="a rule"),
    ],
)
def test_auto_that_is_said(planned: Planned, defaults: str, layer: str, rule: str) -> None:
    """A stated `auto` is a choice like any other: the activation decides, not the preset."""
    found = model(planned, defaults, layer, rule)

    assert ["auto: relu", "auto: relu"] == [found[role].why for role in ("fc/kernel", "fc/bias")]
    assert [math.sqrt(2 / 300), 0.01] == [found["fc/kernel"].std, found["fc/bias"].mean]


def test_no_note_about_biases(planned: Planned) -> None:
    """The line about the biases of relu layers is for those that start at 0.01."""
    text = "input: 8\ndefaults: {%s}\nlayers: [{type: dense, units: 4, activation: relu}]"

    assert () == planned(text % "preset: torch").notes
    assert 1 == len(planned(text % "").notes)


def test_names_without_an_ending(planned: Planned) -> None:
    """`distribution` is for the names without an ending that the spec has; a preset's scheme names its own."""
    found = model(planned, "preset: flax, distribution: uniform", ", bias_init: he")

    assert ["lecun_truncated_normal", "he_uniform"] == [
        found["fc/kernel"].scheme,
        found["fc/bias"].scheme,
    ]


def spelled(planned: Planned, defaults: str, layer: str = "") -> dict[str, Any]:
    """Return what the file records about a spec."""
    return planned(
        f"input: 8\ndefaults: {{{defaults}}}\nlayers: [{{name: a, type: dense, units: 4{layer}}}]"
    ).spec


def test_without_a_preset_auto_may_stay_unsaid(planned: Planned) -> None:
    """Without a preset `auto` is what holds anyway: the file records the same spec with it and without."""
    expected = {"init": "auto", "bias_init": "auto", "distribution": "normal", "use_bias": True}

    assert expected == spelled(planned, "")["defaults"]
    assert spelled(planned, "") == spelled(planned, "init: auto, bias_init: auto")
    assert spelled(planned, "") == spelled(planned, "", ", init: auto, bias_init: auto")


def test_with_a_preset_auto_is_recorded(planned: Planned) -> None:
    """With a preset `auto` changes what is drawn, in the defaults and in a layer."""
    plain = spelled(planned, "preset: torch")

    assert {"distribution": "normal", "preset": "torch", "use_bias": True} == plain["defaults"]
    assert "auto" == spelled(planned, "preset: torch, init: auto")["defaults"]["init"]
    assert "auto" == spelled(planned, "preset: torch", ", init: auto")["layers"][0]["init"]
    assert plain == spelled(planned, "preset: torch, distribution: normal, use_bias: true")


@pytest.mark.parametrize("defaults", ["preset: torch", "preset: keras, init: auto", "init: he", ""])
@pytest.mark.parametrize("layer", ["", ", init: auto", ", init: he", ", bias_init: auto"])
def test_what_is_recorded_reads_back(planned: Planned, defaults: str, layer: str) -> None:
    """The recorded spec draws the same again, and records itself."""
    first = planned(
        f"input: 8\ndefaults: {{{defaults}}}\nlayers: [{{name: a, type: dense, units: 4{layer}}}, {{type: prelu}}]"
    )
    again = planned(json.dumps(first.spec))

    assert first.spec == again.spec
    assert [p.distribution for p in first.parameters] == [p.distribution for p in again.parameters]


def test_a_param_says_itself(planned: Planned) -> None:
    """A `param` has a scheme of its own in any case."""
    text = "defaults: {preset: keras}\nlayers: [{name: a, type: param, shape: [4], init: ones}]"

    assert ["layer"] == [parameter.why for parameter in planned(text).parameters]


LAYER_SPECS: dict[str, str] = {
    "dense": "input: 8|units: 4",
    **{
        f"conv{n}d{end}": f"input: {[4] + [9] * n}|filters: 6, kernel_size: 3"
        for n in (1, 2, 3)
        for end in ("", "_transpose")
    },
    **{f"depthwise_conv{n}d": f"input: {[4] + [9] * n}|kernel_size: 3" for n in (1, 2)},
    **{f"separable_conv{n}d": f"input: {[4] + [9] * n}|kernel_size: 3, filters: 6" for n in (1, 2)},
    "embedding": "input: {tokens: 5}|count: 7, dim: 4",
    "position_bias": "input: [7, 6]|heads: 3",
    "positional_embedding": "input: [5, 4]|count: 7, dim: 4",
    **dict.fromkeys(("rnn", "lstm", "gru"), "input: [5, 4]|units: 6, bidirectional: true, num_layers: 2"),
    "multi_head_attention": "input: [5, 4]|heads: 2, names: {output: o_proj}",
    "gated_mlp": "input: [5, 4]|units: 6",
    **dict.fromkeys(("batch_norm", "layer_norm", "rms_norm", "prelu"), "input: [4, 9, 9]|"),
    "instance_norm": "input: [4, 9, 9]|affine: true",
    "group_norm": "input: [4, 9, 9]|groups: 2",
}
"""A spec of each layer type with parameters: what flows in, and the layer's options."""

WITHOUT_PARAMETERS = {name for name, kind in LAYERS.items() if kind.weights is Layer.weights} | {"param"}
"""Those that nothing is drawn for, and the one that says itself how."""


@pytest.mark.parametrize("name", sorted({*LAYERS} - WITHOUT_PARAMETERS))
@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_every_parameter_has_its_row(planned: Planned, framework: str, name: str) -> None:
    """Each framework has a row for every parameter of every layer type, buffers and `param` aside."""
    flow, options = LAYER_SPECS[name].split("|")
    plan = planned(f"{flow}\ndefaults: {{preset: {framework}}}\nlayers: [{{type: {name}, {options}}}]")

    assert {f"preset {framework}"} == {p.why for p in plan.parameters if p.why != "buffer"}

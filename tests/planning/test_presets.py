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


@pytest.mark.parametrize("framework", FRAMEWORKS)
@pytest.mark.parametrize("kind", ["layer_norm", "rms_norm"])
def test_a_scale_to_which_1_is_added(planned: Planned, framework: str, kind: str) -> None:
    """Under a preset the factor of such a norm starts at 1 too: the scale is 0."""
    plan = planned(f"""
input: [7, 8]
defaults: {{preset: {framework}}}
layers: [{{type: {kind}, unit_offset: true}}, {{type: {kind}}}]
""")

    assert [0.0, 1.0] == [one.mean for one in plan.parameters if one.role == "gamma"]
    assert {0.0} == {one.std for one in plan.parameters}


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


@pytest.mark.parametrize("framework", FRAMEWORKS)
@pytest.mark.parametrize(
    "layer",
    [
        "type: conv2d, filters: 20, kernel_size: 3, groups: 4",
        "type: depthwise_conv2d, kernel_size: 3, depth_multiplier: 2",
        "type: separable_conv2d, kernel_size: 3, filters: 10",
    ],
    ids=["convolution", "depthwise", "separable"],
)
def test_strides_change_nothing(planned: Planned, framework: str, layer: str) -> None:
    """No framework divides by the strides, so under a preset a layer with strides is drawn like one without."""
    text = f"input: [12, 9, 9]\ndefaults: {{preset: {framework}}}\nlayers: [{{name: a, {layer}%s}}]"
    plain, strided = planned(text % "").parameters, planned(text % ", strides: [2, 3]").parameters

    assert [(p.id, p.distribution) for p in plain] == [(p.id, p.distribution) for p in strided]
    assert [(p.fan_in, p.fan_out) for p in plain if p.role == "kernel"] == [
        (p.fan_in, p.fan_out) for p in strided if p.role == "kernel"
    ]


CUT = 0.8796256610342398
"""The standard deviation of a standard normal that is cut at 2."""


def stds(planned: Planned, preset: str, layer: str) -> dict[str, float | None]:
    """Return the standard deviation of each parameter of a layer, by what follows its name."""
    plan = planned(f"defaults: {{preset: {preset}}}\nlayers: [{{name: a, {layer}}}]")
    return {parameter.id[2:]: parameter.std for parameter in plan.parameters}


GROUPED = "type: conv2d, inputs: 8, filters: 600, kernel_size: [2, 3], groups: 4, strides: 2"
TRANSPOSED = (
    "type: conv2d_transpose, inputs: 4, filters: 600, kernel_size: [2, 3], groups: 2, strides: [2, 3]"
)
DEPTHWISE = "type: depthwise_conv2d, inputs: 300, kernel_size: [3, 2], depth_multiplier: 2, strides: 2"
TABLE = "type: embedding, count: 400, dim: 12"


@pytest.mark.parametrize(
    ("preset", "layer", "kernel", "bias"),
    [
        ("haiku", GROUPED, CUT / math.sqrt(12), 0),
        ("equinox", GROUPED, 1 / math.sqrt(3 * 12), 1 / math.sqrt(3 * 12)),
        ("mlx", GROUPED, 1 / math.sqrt(3 * 12), 0),
        ("tinygrad", GROUPED, 1 / math.sqrt(3 * 48), 1 / math.sqrt(3 * 48)),
        ("paddle", GROUPED, math.sqrt(2 / 48), 0),
        ("haiku", TRANSPOSED, CUT / math.sqrt(12), 0),
        ("equinox", TRANSPOSED, 1 / math.sqrt(3 * 12), 1 / math.sqrt(3 * 12)),
        ("mlx", TRANSPOSED, 1 / math.sqrt(3 * 24), 0),
        ("tinygrad", TRANSPOSED, 1 / math.sqrt(3 * 24), 1 / math.sqrt(3 * 24)),
        ("paddle", TRANSPOSED, math.sqrt(2 / (1800 + 24)), 0),
        ("haiku", DEPTHWISE, CUT / math.sqrt(6), 0),
        ("equinox", DEPTHWISE, 1 / math.sqrt(3 * 6), 1 / math.sqrt(3 * 6)),
        ("mlx", DEPTHWISE, 1 / math.sqrt(3 * 6), 0),
        ("tinygrad", DEPTHWISE, 1 / math.sqrt(3 * 1800), 1 / math.sqrt(3 * 1800)),
        ("paddle", DEPTHWISE, math.sqrt(2 / 1800), 0),
        ("torchvision-mobilenet", DEPTHWISE, math.sqrt(2 / 3600), 0),
        ("timm-efficientnet", DEPTHWISE, math.sqrt(2 / 12), 0),
        ("torchvision-regnet", GROUPED, math.sqrt(2 / 3600), 1 / math.sqrt(3 * 12)),
        ("timm-regnet", GROUPED, math.sqrt(2 / 900), 0),
    ],
)
def test_each_library_has_fans_of_its_own(
    planned: Planned, preset: str, layer: str, kernel: float, bias: float
) -> None:
    """Groups and transposed convolutions count as in each library, by hand; strides never count."""
    assert {"kernel": kernel, "bias": bias} == pytest.approx(stds(planned, preset, layer), rel=1e-9)


@pytest.mark.parametrize(
    ("preset", "std"),
    [
        ("haiku", CUT),
        ("equinox", 1.0),
        ("mlx", math.sqrt(1 / 12)),
        ("tinygrad", math.sqrt(2 / 412)),
        ("paddle", math.sqrt(2 / 412)),
        ("transformers", 0.02),
    ],
)
def test_each_library_has_tables_of_its_own(planned: Planned, preset: str, std: float) -> None:
    """An embedding of 400 tokens and 12 features, by hand."""
    assert {"embeddings": std} == pytest.approx(stds(planned, preset, TABLE), rel=1e-9)


@pytest.mark.parametrize(
    ("preset", "kernel", "recurrent", "bias"),
    [
        ("flax-nnx", math.sqrt(1 / 24), math.sqrt(1 / 200), 0),
        ("haiku", CUT / math.sqrt(74), CUT / math.sqrt(74), 0),
        ("mlx", math.sqrt(1 / 150), math.sqrt(1 / 150), math.sqrt(1 / 150)),
        ("tinygrad", math.sqrt(1 / 150), math.sqrt(1 / 150), 0),
        ("transformers", math.sqrt(2 / 224), math.sqrt(2 / 250), 0),
    ],
)
def test_each_library_has_cells_of_its_own(
    planned: Planned, preset: str, kernel: float, recurrent: float, bias: float
) -> None:
    """An LSTM of 24 inputs and 50 units, by hand."""
    found = stds(planned, preset, "type: lstm, inputs: 24, units: 50")
    drawn = [found[f"l0.forward/{role}"] for role in ("kernel", "recurrent_kernel", "bias")]

    assert [kernel, recurrent, bias] == pytest.approx(drawn, rel=1e-9)


@pytest.mark.parametrize("preset", ["equinox", "mlx"])
def test_a_bias_of_the_last_gate(planned: Planned, preset: str) -> None:
    """The second bias of their GRU is that of the new gate: the other gates' is 0."""
    plan = planned(f"defaults: {{preset: {preset}}}\nlayers: [{{type: gru, inputs: 3, units: 5}}]")

    assert {"bias": None, "recurrent_bias": (0, 10)} == {
        parameter.role: parameter.zeroed for parameter in plan.parameters if "bias" in parameter.role
    }


def test_a_model_knows_some_layers_by_their_ids(planned: Planned) -> None:
    """The head of torchvision's vision transformer is zeros, its other dense layers are Xavier's."""
    plan = planned("""
defaults: {preset: torchvision-vit}
layers:
  - {name: encoder.layers.encoder_layer_0.mlp.0, type: dense, inputs: 12, units: 20}
  - {name: heads.head, type: dense, inputs: 20, units: 7}
""")

    assert ["xavier_uniform", "normal", "zeros", "zeros"] == [p.scheme for p in plan.parameters]
    assert {"preset torchvision-vit"} == {p.why for p in plan.parameters}


@pytest.mark.parametrize(
    ("preset", "scales"),
    [
        ("torchvision-resnet", [1, 1]),
        ("timm-resnet", [1, 0]),
        ("timm-resnet-basic", [0, 1]),
        ("transformers-resnet", [1, 1]),
    ],
)
def test_the_last_scale_of_a_block(planned: Planned, preset: str, scales: list[float]) -> None:
    """The scales of bn2 and bn3 differ between libraries, and timm's by the kind of block."""
    plan = planned(f"""
defaults: {{preset: {preset}}}
layers: [{{name: layer1.0.bn2, type: batch_norm, inputs: 4}}, {{name: layer1.0.bn3, type: batch_norm, inputs: 4}}]
""")

    assert scales == [p.mean for p in plan.parameters if p.role == "gamma"]


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
    "bilinear": "input: {x: 4, z: 3}|from: x, other: z, units: 6",
    "gated_mlp": "input: [5, 4]|units: 6",
    "experts": "input: [5, 4]|units: 6, count: 3, per_token: 2, router_bias: true, selection_bias: true",
    **dict.fromkeys(("batch_norm", "layer_norm", "rms_norm", "prelu"), "input: [4, 9, 9]|"),
    "instance_norm": "input: [4, 9, 9]|affine: true",
    "group_norm": "input: [4, 9, 9]|groups: 2",
    "token": "input: [5, 4]|count: 2",
    "queries": "input: [5, 4]|count: 3, dim: 4",
    **dict.fromkeys(("scale", "shift"), "input: [4, 9]|axis: 0"),
}
"""A spec of each layer type with parameters: what flows in, and the layer's options."""

WITHOUT_PARAMETERS = {
    *(
        name
        for name, kind in LAYERS.items()
        if kind.weights is Layer.weights and kind.weights_for is Layer.weights_for
    ),
    "param",
    "sinusoidal_embedding",
}
"""Those that nothing is drawn for, and those that say themselves how."""


@pytest.mark.parametrize("name", sorted({*LAYERS} - WITHOUT_PARAMETERS))
@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_every_parameter_has_its_row(planned: Planned, framework: str, name: str) -> None:
    """Each framework has a row for every parameter of every layer type, buffers and `param` aside."""
    flow, options = LAYER_SPECS[name].split("|")
    plan = planned(f"{flow}\ndefaults: {{preset: {framework}}}\nlayers: [{{type: {name}, {options}}}]")

    assert {f"preset {framework}"} == {p.why for p in plan.parameters if p.why != "buffer"}


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_what_no_framework_has_is_built_from_dense_layers(planned: Planned, framework: str) -> None:
    """Stacked experts are drawn as dense layers of the same fans, and so is a projection without a row of its own."""
    layers = """
  - {name: m, type: experts, count: 3, per_token: 1, units: 6, stacked: true, fused: true, from: input}
  - {name: r, type: lstm, units: 9, projection: 5, from: input}
  - {name: up, type: dense, units: 6, from: input}
"""
    top = f"defaults: {{preset: {framework}}}\n"
    found = {p.id: p for p in planned(f"input: [7, 4]\n{top}layers:{layers}").parameters}
    projection = planned(f"{top}layers: [{{type: dense, inputs: 9, units: 5}}]").parameters[0]

    assert found["up/kernel"].distribution == found["m.experts.2.gate/kernel"].distribution
    if PRESETS[framework].general("recurrent", "projection_kernel") is None:
        assert projection.std == found["r.l0.forward/projection_kernel"].std

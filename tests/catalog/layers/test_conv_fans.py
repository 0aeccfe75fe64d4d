"""Shapes and fans of transposed, depthwise and separable kernels, worked out by hand."""

import math
from collections.abc import Callable

import pytest

from winitgen.planning.plan import Plan

Planned = Callable[..., Plan]


@pytest.mark.parametrize(
    ("model_input", "layer", "kernel", "fans"),
    [
        pytest.param(
            "[5, 30]",
            "{type: conv1d_transpose, filters: 7, kernel_size: 4}",
            (5, 7, 4),
            (5 * 4, 7 * 4),
            id="transposed",
        ),
        pytest.param(
            "[512, 4, 4]",
            "{type: conv2d_transpose, filters: 256, kernel_size: 4, strides: 2, padding: 1}",
            (512, 256, 4, 4),
            (512 * 16 // 4, 256 * 16),
            id="transposed with strides that divide the kernel",
        ),
        pytest.param(
            "[6, 4, 4]",
            "{type: conv2d_transpose, filters: 10, kernel_size: 3, strides: 2}",
            (6, 10, 3, 3),
            (13.5, 90),  # 6 * 9 / 4
            id="transposed with strides that do not",
        ),
        pytest.param(
            "[6, 4, 4]",
            "{type: conv2d_transpose, filters: 10, kernel_size: [3, 5], strides: [3, 2], groups: 2, dilation: 2}",
            (6, 5, 3, 5),
            (7.5, 75),  # 3 * 15 / 6 and 5 * 15
            id="transposed in groups",
        ),
        pytest.param(
            "[1, 9]",
            "{type: conv1d_transpose, filters: 2, kernel_size: 1, strides: 4}",
            (1, 2, 1),
            (0.25, 2),
            id="transposed with gaps",
        ),
        pytest.param(
            "[4, 3, 3, 3]",
            "{type: conv3d_transpose, filters: 3, kernel_size: [1, 2, 3], strides: [1, 2, 1]}",
            (4, 3, 1, 2, 3),
            (12, 18),  # 4 * 6 / 2 and 3 * 6
            id="transposed over a volume",
        ),
        pytest.param(
            "[6, 9, 9]",
            "{type: depthwise_conv2d, kernel_size: [3, 5], depth_multiplier: 4, strides: 2}",
            (24, 1, 3, 5),
            (15, 15),  # 4 * 15 / 4
            id="depthwise",
        ),
        pytest.param(
            "[6, 9]", "{type: depthwise_conv1d, kernel_size: 5}", (6, 1, 5), (5, 5), id="depthwise, once"
        ),
        pytest.param(
            "[12, 9, 9]",
            "{type: depthwise_conv2d, kernel_size: 3, strides: 2}",
            (12, 1, 3, 3),
            (9, 2.25),  # 9 / 4
            id="depthwise with strides that do not divide the kernel",
        ),
        pytest.param(
            "[12, 9, 9]",
            "{type: conv2d, filters: 20, kernel_size: 3, strides: 2}",
            (20, 12, 3, 3),
            (108, 45),  # 12 * 9 and 20 * 9 / 4
            id="strides that do not divide the kernel",
        ),
        pytest.param(
            "[12, 9, 9]",
            "{type: conv2d, filters: 20, kernel_size: 4, strides: 4}",
            (20, 12, 4, 4),
            (192, 20),
            id="patches",
        ),
        pytest.param(
            "[3, 224, 224]",
            "{type: conv2d, filters: 768, kernel_size: 16, strides: 16}",
            (768, 3, 16, 16),
            (768, 768),
            id="patches of a vision transformer",
        ),
        pytest.param(
            "[6, 9, 9, 9]",
            "{type: conv3d, filters: 10, kernel_size: [1, 2, 3], strides: [2, 1, 3], groups: 2, dilation: 2}",
            (10, 3, 1, 2, 3),
            (18, 5),  # 3 * 6 and 5 * 6 / 6
            id="strides in groups",
        ),
        pytest.param(
            "[64, 9, 9]",
            "{type: conv2d, filters: 130, kernel_size: 1, strides: 2}",
            (130, 64, 1, 1),
            (64, 32.5),  # three inputs of four reach nothing
            id="strides with gaps",
        ),
    ],
)
def test_kernels(
    planned: Planned, model_input: str, layer: str, kernel: tuple[int, ...], fans: tuple[float, float]
) -> None:
    """A kernel's fans are what an output sees in the mean and what an input reaches; the bias has the same."""
    found, bias = planned(f"input: {model_input}\nlayers: [{layer}]").parameters
    filters = 10 if "groups: 2" in layer else kernel[1] if "transpose" in layer else kernel[0]

    assert (kernel, fans) == (found.shape, (found.fan_in, found.fan_out))
    assert ((filters,), fans) == (bias.shape, (bias.fan_in, bias.fan_out))


def test_a_whole_fan_stays_whole(planned: Planned) -> None:
    """A fan that is a whole number is one, and is written as one."""
    layer = "{type: conv1d_transpose, filters: 3, kernel_size: 4, strides: 2, init: he_normal}"
    kernel = planned(f"input: [5, 30]\nlayers: [{layer}]").parameters[0]

    assert (int, 10) == (type(kernel.fan_in), kernel.fan_in)
    assert kernel.formula.startswith("std = sqrt(2/10)")


def test_a_fraction_decides_the_spread(planned: Planned) -> None:
    """A fan_in of 13.5 gives He's standard deviation sqrt(2 / 13.5), and is written so."""
    layer = "{type: conv2d_transpose, filters: 10, kernel_size: 3, strides: 2, init: he_normal}"
    kernel = planned(f"input: [6, 4, 4]\nlayers: [{layer}]").parameters[0]

    assert 0.3849001794597505 == pytest.approx(kernel.std, rel=1e-15)
    assert kernel.formula == "std = sqrt(2/13.5) = 0.3849"


@pytest.mark.parametrize(
    ("model_input", "layer", "formula"),
    [
        pytest.param(
            "[12, 9, 9]",
            "type: conv2d, filters: 20, kernel_size: 3, strides: 2",
            "std = sqrt(2/(108+45)) = 0.1143",
            id="overlapping",
        ),
        pytest.param(
            "[12, 9, 9]",
            "type: conv2d, filters: 20, kernel_size: 4, strides: 4",
            "std = sqrt(2/(192+20)) = 0.0971",  # 0.09713
            id="patches",
        ),
        pytest.param(
            "[12, 9, 9]",
            "type: depthwise_conv2d, kernel_size: 3, strides: 2",
            "std = sqrt(2/(9+2.25)) = 0.4216",
            id="depthwise",
        ),
        pytest.param(
            "[3, 224, 224]",
            "type: conv2d, filters: 768, kernel_size: 16, strides: 16",
            "std = sqrt(2/(768+768)) = 0.03608",
            id="patches of a vision transformer",
        ),
    ],
)
def test_strides_decide_the_spread(planned: Planned, model_input: str, layer: str, formula: str) -> None:
    """`auto` is Xavier without an activation: sqrt(2 / (fan_in + fan_out)), fan_out divided by the strides."""
    kernel = planned(f"input: {model_input}\nlayers: [{{{layer}}}]").parameters[0]

    assert kernel.formula.startswith(formula)
    assert math.sqrt(2 / (kernel.fan_in + kernel.fan_out)) == pytest.approx(kernel.std, rel=1e-15)


@pytest.mark.parametrize(
    ("rank", "model_input", "kernel_size"),
    [pytest.param(1, "[6, 20]", (3,), id="1d"), pytest.param(2, "[6, 20, 20]", (3, 3), id="2d")],
)
def test_separable(planned: Planned, rank: int, model_input: str, kernel_size: tuple[int, ...]) -> None:
    """A separable convolution has a depthwise kernel, and a pointwise kernel with the bias."""
    layer = f"{{name: s, type: separable_conv{rank}d, filters: 10, kernel_size: 3, depth_multiplier: 2}}"
    plan = planned(f"input: {model_input}\nlayers: [{layer}]")
    taps, ones = 3**rank, (1,) * rank

    assert [
        ("s.depthwise/kernel", (12, 1, *kernel_size), taps, 2 * taps),
        ("s.pointwise/kernel", (10, 12, *ones), 12, 10),
        ("s.pointwise/bias", (10,), 12, 10),
    ] == [(p.id, p.shape, p.fan_in, p.fan_out) for p in plan.parameters]


def test_separable_with_strides(planned: Planned) -> None:
    """The strides are those of the depthwise kernel; the pointwise one moves by one position."""
    layer = "{type: separable_conv2d, filters: 10, kernel_size: 3, depth_multiplier: 2, strides: 2}"
    plan = planned(f"input: [6, 9, 9]\nlayers: [{layer}]")

    assert [(9, 4.5), (12, 10), (12, 10)] == [(p.fan_in, p.fan_out) for p in plan.parameters]


def test_separable_meets_the_activation_after_pointwise(planned: Planned) -> None:
    """`auto` is Xavier for depthwise, whose output is not activated, and He for pointwise before relu."""
    layer = "{type: separable_conv2d, filters: 10, kernel_size: 3, depth_multiplier: 2, activation: relu}"
    depthwise, pointwise, bias = planned(f"input: [6, 9, 9]\nlayers: [{layer}]").parameters

    # sqrt(2 / (9 + 18)) and sqrt(2 / 12)
    assert [0.2721655269759087, 0.408248290463863] == pytest.approx([depthwise.std, pointwise.std])
    assert ["xavier_normal", "he_normal", 0.01] == [depthwise.scheme, pointwise.scheme, bias.mean]


def test_positions(planned: Planned) -> None:
    """A table of positions is drawn as an embedding: fans 1 and dim, std 1/sqrt(dim)."""
    plan = planned("""
input: {tokens: 5}
layers:
  - {name: wte, type: embedding, count: 50, dim: 16}
  - {name: wpe, type: positional_embedding, count: 7, dim: 16}
""")
    table = plan.parameters[1]

    assert ("wpe/embeddings", (7, 16), 1, 16, 0.25) == (
        table.id,
        table.shape,
        table.fan_in,
        table.fan_out,
        table.std,
    )


def test_positions_follow_the_defaults(planned: Planned) -> None:
    """`defaults: {init}` reaches a table of positions, as it does an embedding's."""
    plan = planned("""
input: {tokens: 5}
defaults: {init: {scheme: normal, std: 0.02}}
layers:
  - {type: embedding, count: 50, dim: 16}
  - {type: positional_embedding, count: 7, dim: 16}
  - {type: positional_embedding, count: 7, dim: 16, init: auto}
""")

    assert [0.02, 0.02, 0.25] == [parameter.std for parameter in plan.parameters]


def test_instance_norm(planned: Planned) -> None:
    """An instance norm has nothing of its own, as PyTorch's; with `affine`, a scale 1 and a shift 0."""
    plan = planned("""
input: [6, 9, 9]
layers:
  - {name: bare, type: instance_norm}
  - {name: full, type: instance_norm, affine: true}
""")

    assert [("full/gamma", (6,), 1.0), ("full/beta", (6,), 0.0)] == [
        (p.id, p.shape, p.mean) for p in plan.parameters
    ]


@pytest.mark.parametrize(
    "between",
    ["{type: instance_norm}", "{type: positional_embedding, count: 9, dim: 20}"],
    ids=["instance norm", "positions"],
)
def test_activations_are_seen_through(planned: Planned, between: str) -> None:
    """A norm and an added table between a layer and its activation do not hide it."""
    layers = f"{{name: a, type: dense, units: 20}}, {between}, {{type: activation, activation: gelu}}"

    assert "auto: gelu at activation_0" == planned(f"input: [9, 20]\nlayers: [{layers}]").parameters[0].why

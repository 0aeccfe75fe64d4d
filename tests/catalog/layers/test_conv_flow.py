"""Output sizes of transposed and depthwise convolutions, computed by hand."""

from collections.abc import Callable

import pytest

from winitgen.planning.plan import Plan

Planned = Callable[..., Plan]


def flows(planned: Planned, model_input: str, layer: str) -> str:
    """Return what flows out of a layer."""
    plan = planned(f"input: {model_input}\nlayers: [{layer}, {{type: dropout}}]")
    return str(plan.layers[1].incoming)


@pytest.mark.parametrize(
    ("options", "sizes"),
    [
        pytest.param("kernel_size: 4", (8, 10), id="a kernel adds its size less one"),
        pytest.param("kernel_size: 4, strides: 2, padding: 1", (10, 14), id="twice the size"),
        pytest.param("kernel_size: 3, strides: 2, padding: 1, output_padding: 1", (10, 14), id="3, 2, 1, 1"),
        pytest.param("kernel_size: 3, dilation: 2, padding: [0, 1]", (9, 9), id="dilation"),
        pytest.param("kernel_size: 2, strides: 3, padding: 0", (14, 20), id="gaps, as PyTorch ends"),
        pytest.param("kernel_size: 2, strides: 3", (15, 21), id="gaps, as Keras ends"),
        pytest.param("kernel_size: 5, strides: 3", (17, 23), id="valid"),
        pytest.param("kernel_size: 5, strides: 3, padding: same", (15, 21), id="same"),
        pytest.param(
            "kernel_size: 5, strides: 3, padding: same, output_padding: 0", (13, 19), id="same, odd"
        ),
        pytest.param(
            "kernel_size: 4, strides: 3, padding: same, output_padding: 2", (14, 20), id="same, even"
        ),
        pytest.param("kernel_size: 2, strides: 3, output_padding: 0", (14, 20), id="valid, nothing added"),
    ],
)
def test_transposed(planned: Planned, options: str, sizes: tuple[int, int]) -> None:
    """An image of 5 by 7 gets these sizes."""
    layer = f"{{type: conv2d_transpose, filters: 3, {options}}}"

    assert str((3, *sizes)) == flows(planned, "[2, 5, 7]", layer)


@pytest.mark.parametrize(
    ("layer", "flow"),
    [
        pytest.param("{type: depthwise_conv2d, kernel_size: 3}", "(4, 7, 9)", id="depthwise"),
        pytest.param(
            "{type: depthwise_conv2d, kernel_size: [3, 5], depth_multiplier: 3, strides: 2, padding: same}",
            "(12, 5, 6)",
            id="depthwise, three filters for each channel",
        ),
        pytest.param(
            "{type: separable_conv2d, filters: 10, kernel_size: 3, depth_multiplier: 3, dilation: 2, padding: 1}",
            "(10, 7, 9)",
            id="separable",
        ),
        pytest.param("{type: instance_norm, affine: true}", "(4, 9, 11)", id="instance norm"),
    ],
)
def test_others(planned: Planned, layer: str, flow: str) -> None:
    """Four channels of 9 by 11 get this shape."""
    assert flow == flows(planned, "[4, 9, 11]", layer)


@pytest.mark.parametrize(
    "layer",
    [
        "{type: conv2d_transpose, filters: 3, kernel_size: 3, strides: 2, inputs: 4}",
        "{type: depthwise_conv2d, kernel_size: 3, depth_multiplier: 3, inputs: 4}",
        "{type: separable_conv2d, filters: 3, kernel_size: 3, inputs: 4}",
        "{type: instance_norm, affine: true, inputs: 4}",
        "{type: positional_embedding, count: 5, dim: 4}",
    ],
)
def test_without_an_input(planned: Planned, layer: str) -> None:
    """A part without an input states its channels, or needs none."""
    assert planned(f"layers: [{layer}]").parameters


def test_channels_flow_on_if_other_sizes_are_unknown(planned: Planned) -> None:
    """After a layer that states only its channels, the channels flow on."""
    plan = planned("""
layers:
  - {name: a, type: conv2d_transpose, filters: 3, kernel_size: 3, inputs: 4}
  - {name: b, type: depthwise_conv2d, kernel_size: 3, depth_multiplier: 5}
  - {name: c, type: separable_conv2d, filters: 7, kernel_size: 3}
""")

    assert ["(3, ?, ?)", "(15, ?, ?)"] == [str(layer.incoming) for layer in plan.layers[1:]]


def test_positions_leave_the_shape(planned: Planned) -> None:
    """A table of positions takes any sequence that is not longer than itself, and leaves its shape."""
    text = (
        "input: {{tokens: {n}}}\nlayers: [{{type: embedding, count: 9, dim: 4}}, {layer}, {{type: dropout}}]"
    )
    plan = planned(text.format(n=6, layer="{type: positional_embedding, count: 8, dim: 4}"))

    assert "(6, 4)" == str(plan.layers[2].incoming)

"""`Windowed.window`: where the windows of a layer lie, for shapes, for Keras and for a probe."""

from __future__ import annotations

from typing import Any

import pytest

from winitgen.catalog.layers import LAYERS
from winitgen.catalog.layers.flow import Flow
from winitgen.catalog.layers.windows import Window, Windowed


def window(type_: str, length: int | None, **options: Any) -> Window:
    """Return the window of a layer over a sequence of two channels."""
    layer = LAYERS[type_](**options)
    assert isinstance(layer, Windowed)
    return layer.window(Flow((2, length)))


CONV: dict[str, Any] = {"filters": 3, "kernel_size": 4}


@pytest.mark.parametrize(
    ("type_", "options", "padding"),
    [
        pytest.param("conv1d", CONV, (0, 0), id="valid"),
        pytest.param("conv1d", {**CONV, "padding": 2}, (2, 2), id="a number"),
        pytest.param("conv1d", {**CONV, "padding": "same"}, (1, 2), id="same, the odd one after"),
        pytest.param("conv1d", {**CONV, "padding": "same", "strides": 3}, (1, 1), id="same, strides"),
        pytest.param("conv1d", {**CONV, "padding": "same", "strides": 9}, (0, 0), id="same, wide strides"),
        pytest.param("conv1d", {**CONV, "padding": "same", "dilation": 2}, (3, 3), id="same, dilation"),
        pytest.param("depthwise_conv1d", {"kernel_size": 3, "padding": "same"}, (1, 1), id="depthwise"),
        pytest.param("max_pool1d", {"pool_size": 3, "padding": "same"}, (0, 1), id="pooling"),
        pytest.param("conv1d_transpose", CONV, (0, 0), id="transposed"),
        pytest.param("conv1d_transpose", {**CONV, "strides": 6}, (0, -2), id="transposed, positions between"),
        pytest.param(
            "conv1d_transpose", {**CONV, "strides": 2, "padding": "same"}, (1, 1), id="transposed, same"
        ),
        pytest.param(
            "conv1d_transpose",
            {**CONV, "strides": 2, "padding": 1, "output_padding": 1},
            (1, 0),
            id="transposed, output_padding",
        ),
        pytest.param(
            "conv1d_transpose",
            {**CONV, "strides": 2, "padding": "same", "output_padding": 1},
            (1, 2),
            id="transposed, same and output_padding",
        ),
    ],
)
def test_padding(type_: str, options: dict[str, Any], padding: tuple[int, int]) -> None:
    """Padding before and after 8 positions; a negative number after them counts positions that no window reaches."""
    found = window(type_, 8, **options)

    assert padding == (found.before[0], found.after[0])


def test_numbers_of_every_axis() -> None:
    """One number for all axes is written out; the reach is d (k - 1) + 1."""
    layer = LAYERS["conv2d"](filters=3, kernel_size=(3, 5), dilation=(2, 1), strides=2)
    assert isinstance(layer, Windowed)
    found = layer.window(None)

    assert Window((3, 5), (2, 2), (2, 1), (0, 0), (0, 0)) == found
    assert (5, 5) == found.reach


def test_poolings_move_by_their_size() -> None:
    """Without strides the windows of a pooling lie side by side."""
    assert (3,) == window("avg_pool1d", 8, pool_size=3).strides


def test_same_over_unknown_sizes() -> None:
    """Padding that depends on an unknown size counts as none."""
    found = window("conv1d", None, **CONV, padding="same")

    assert (0,) == found.before == found.after


@pytest.mark.parametrize("length", range(4, 12))
@pytest.mark.parametrize("strides", [1, 2, 3, 7])
@pytest.mark.parametrize("padding", ["valid", "same", 1])
@pytest.mark.parametrize("type_", ["conv1d", "conv1d_transpose"])
def test_windows_fill_the_padded_image(type_: str, padding: Any, strides: int, length: int) -> None:
    """The windows cover the image and its padding, except for fewer positions than one step."""
    layer = LAYERS[type_](filters=3, kernel_size=4, strides=strides, padding=padding)
    assert isinstance(layer, Windowed)
    outgoing = layer.flow(Flow((2, length)))
    assert outgoing is not None
    assert outgoing.shape is not None
    lengths = length, outgoing.shape[1]
    image, count = lengths if type_ == "conv1d" else lengths[::-1]
    assert image is not None
    assert count is not None
    found = layer.window(Flow((2, length)))
    rest = image + found.before[0] + found.after[0] - ((count - 1) * strides + found.reach[0])

    assert 0 <= rest < strides if type_ == "conv1d" else rest == 0

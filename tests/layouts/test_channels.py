"""The order of features after a flatten, in frameworks that keep the channels of an image last."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import winitgen
from winitgen.drawing.draw import whole
from winitgen.load import parse_spec

C, H, W = 3, 4, 5
FLAT: dict[str, Any] = {"name": "flat", "type": "flatten"}
HEAD: dict[str, Any] = {"name": "head", "type": "dense", "units": 2}
IMAGE = np.arange(C * H * W).reshape(C, H, W)
MOVED = np.moveaxis(IMAGE, 0, -1).ravel()
"""The index in the spec's order of each feature of a flattened image, channels last."""


def moved(layers: list[dict[str, Any]], incoming: Any = (C, H, W), path: str = "head") -> list[int]:
    """Return for each input of a dense layer in the flax layout the column of its kernel in the spec."""
    spec = {"layers": layers, "input": list(incoming) if isinstance(incoming, tuple) else incoming}
    kernel = next(whole(p) for p in winitgen.plan(spec).parameters if p.id == f"{path}/kernel")
    found = winitgen.generate(spec, layout="flax")[f"params.{path}.kernel"]
    where = {value: column for column, value in enumerate(kernel[0].tolist())}
    return [where[value] for value in found[:, 0].tolist()]


BEFORE: dict[str, list[dict[str, Any]]] = {
    "the input": [FLAT],
    "a norm": [{"type": "batch_norm"}, FLAT],
    "a convolution": [{"type": "conv2d", "filters": C, "kernel_size": 1}, FLAT],
    "a pooling": [{"type": "max_pool2d", "pool_size": 1}, FLAT],
    "a residual": [{"type": "residual", "layers": [{"type": "batch_norm"}]}, FLAT],
    "a sum with what was reshaped": [
        {"name": "image", "type": "batch_norm"},
        {"name": "again", "type": "reshape", "shape": [C, H, W]},
        {"type": "add", "from": ["again", "image"]},
        FLAT,
    ],
    "a gate of each channel": [
        {"name": "image", "type": "batch_norm"},
        {"type": "global_avg_pool2d"},
        {"name": "gate", "type": "reshape", "shape": [C, 1, 1]},
        {"type": "multiply", "from": ["gate", "image"]},
        FLAT,
    ],
    "a gate of all features after it": [
        FLAT,
        {"name": "gate", "type": "dense", "units": 1},
        {"type": "multiply", "from": ["gate", "flat"]},
    ],
    "a part of an image": [
        {"name": "parts", "type": "split", "parts": ["a", "b"], "sizes": [1, 2]},
        {"type": "concat", "from": ["parts.a", "parts.b"]},
        {"type": "slice", "axis": -1},
        FLAT,
    ],
    "an axis that is kept": [
        {"name": "image", "type": "batch_norm"},
        {"name": "mean", "type": "mean", "axis": 0, "keep": True},
        {"type": "add", "from": ["mean", "image"]},
        FLAT,
    ],
    "dropout after it": [FLAT, {"type": "dropout"}],
    "an activation after it": [FLAT, {"type": "activation", "activation": "relu"}],
    "a norm after it": [FLAT, {"type": "layer_norm"}],
    "another flatten after it": [FLAT, {"type": "flatten"}],
    "a residual after it": [FLAT, {"type": "residual", "layers": [{"type": "prelu"}]}],
}


@pytest.mark.parametrize("name", BEFORE)
def test_a_flattened_image_has_its_channels_last(name: str) -> None:
    """Inputs of a dense layer follow the features, through any layers without a kernel."""
    assert MOVED.tolist() == moved([*BEFORE[name], HEAD])


STAYS: dict[str, tuple[Any, list[dict[str, Any]]]] = {
    "features": (60, []),
    "a sequence": ((6, 10), [FLAT]),
    "a single position": ((60, 1, 1), [FLAT]),
    "a single channel": ((1, 6, 10), [FLAT]),
    "the mean of each channel": ((60, 4, 4), [{"type": "global_avg_pool2d"}]),
    "channels moved by the spec": ((C, H, W), [{"type": "permute", "axes": [1, 2, 0]}, FLAT]),
    "a reshape": ((C, H, W), [{"type": "reshape", "shape": [60]}]),
    "a row of an image": ((60, 4, 1), [{"type": "select", "axis": 1, "index": 2}, FLAT]),
    "one channel": ((2, 6, 10), [{"type": "select", "index": 1}, FLAT]),
    "the mean over the channels": ((2, 6, 10), [{"type": "mean", "axis": 0}, FLAT]),
    "the mean over positions": ((60, 2, 3), [{"type": "mean", "axis": [1, 2]}]),
    "a dense layer between": ((C, H, W), [FLAT, {"type": "dense", "units": 60}]),
}


@pytest.mark.parametrize("name", STAYS)
def test_other_features_stay(name: str) -> None:
    """What has the spec's order in every framework keeps it."""
    incoming, layers = STAYS[name]

    assert list(range(60)) == moved([*layers, HEAD], incoming)


@pytest.mark.parametrize(
    "layer",
    [
        {"type": "select", "axis": 1, "index": 0},
        {"type": "mean", "axis": 1},
        {"type": "sum", "axis": 1},
        {"type": "max", "axis": -2},
    ],
    ids=lambda layer: layer["type"],
)
def test_what_is_left_of_an_image_has_its_channels_last(layer: dict[str, Any]) -> None:
    """One row of an image, or its mean over rows, is still channels and positions."""
    expected = np.moveaxis(np.arange(C * W).reshape(C, W), 0, -1).ravel()

    assert expected.tolist() == moved([layer, FLAT, HEAD])


def test_features_side_by_side_are_moved_each_in_their_run() -> None:
    """A flattened image beside other features: only its own features are moved."""
    layers = [
        {"name": "code", "type": "dense", "units": 7, "from": "flat"},
        {"name": "both", "type": "concat", "from": ["code", "flat"]},
    ]

    assert [*range(7), *(7 + MOVED)] == moved([FLAT, *layers, HEAD])


def test_norms_follow_the_features() -> None:
    """Scale and running mean of a norm after a flatten follow the order of its features."""
    spec = {
        "input": [C, H, W],
        "layers": [FLAT, {"name": "bn", "type": "batch_norm", "init": "normal"}],
    }
    gamma = whole(winitgen.plan(spec).parameters[0])

    assert gamma[MOVED].tolist() == winitgen.generate(spec, layout="flax")["params.bn.scale"].tolist()


def test_the_parts_that_read_follow_the_features() -> None:
    """Gate and up of a gated MLP read the features; down gives others."""
    layers = [FLAT, {"name": "mlp", "type": "gated_mlp", "units": 8, "use_bias": False}]

    assert MOVED.tolist() == moved(layers, path="mlp.gate")
    assert MOVED.tolist() == moved(layers, path="mlp.up")
    assert list(range(8)) == moved(layers, path="mlp.down")


def test_a_param_between_is_left_as_it_is() -> None:
    """A tensor of its own takes no part in the flow, wherever it is."""
    spec = {
        "input": [C, H, W],
        "layers": [FLAT, {"name": "p", "type": "param", "shape": [60], "init": "normal"}],
    }

    assert winitgen.generate(spec)["p"].tolist() == winitgen.generate(spec, layout="nnx")["p"].tolist()


REFUSED = {
    "a sum of two orders": (
        "[3, 4, 5]",
        "[{name: flat, type: flatten}, {name: fc, type: dense, units: 60}, {type: add, from: [flat, fc]}]",
        (
            "model.yaml:3:93: layers[2].from: with channels last, one input has the order of a flattened image and "
            "another does not; put a dense layer after the flatten"
        ),
    ),
    "a part of moved features": (
        "[3, 4, 5]",
        "[{type: flatten}, {type: slice, stop: 20}, {name: fc, type: dense, units: 2}]",
        (
            "model.yaml:3:27: layers[1]: with channels last, a flatten moves the features that are taken here; "
            "put a dense layer after the flatten"
        ),
    ),
    "parts of moved features": (
        "[3, 4, 5]",
        "[{type: flatten}, {name: half, type: split, parts: 2}, {name: fc, type: dense, units: 2, from: half.1}]",
        (
            "model.yaml:3:27: layers[1]: with channels last, a flatten moves the features that are taken here; "
            "put a dense layer after the flatten"
        ),
    ),
    "groups of moved channels": (
        "[4, 4, 5]",
        "[{type: flatten}, {type: group_norm, groups: 4}]",
        (
            "model.yaml:3:27: layers[1]: with channels last, a flatten separates the channels of a group; "
            "put group_norm before it"
        ),
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    """What needs its features in one order is refused where a framework does not have them so."""
    incoming, layers, message = REFUSED[name]
    text = f"layout: flax\ninput: {incoming}\nlayers: {layers}\n"
    with pytest.raises(winitgen.SpecError) as caught:
        parse_spec(text.encode(), "model.yaml")

    assert message == str(caught.value)

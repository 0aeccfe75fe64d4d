"""The probe's convolutions and poolings against PyTorch's: outputs, and gradients of the inputs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests.probing.windowed import layers, windowed
from winitgen.catalog.layers.layer import per_axis
from winitgen.probing.operations import windows
from winitgen.probing.operations.operation import Operation

pytestmark = pytest.mark.slow

KINDS = {
    "conv{}d": 3,
    "conv{}d_transpose": 3,
    "depthwise_conv{}d": 2,
    "separable_conv{}d": 2,
    "max_pool{}d": 3,
    "avg_pool{}d": 3,
}
"""Each kind of layer, and the most spatial axes it has."""

TOLERANCE = {"float32": 1e-4, "float64": 1e-10}
"""Relative to the largest value."""


def padded(functional: Any, layer: Any, x: Any, value: float = 0.0) -> Any:
    """Return images with the padding of a layer; `same` puts an odd padding after the last position."""
    lengths, sides = x.shape[2:], []
    sizes = per_axis(layer, "", getattr(layer, "kernel_size", None) or layer.pool_size, len(lengths))
    steps = per_axis(layer, "", layer.strides or layer.pool_size, len(lengths))
    gaps = per_axis(layer, "", getattr(layer, "dilation", 1), len(lengths))
    for axis in reversed(range(len(lengths))):
        reach = gaps[axis] * (sizes[axis] - 1) + 1
        total = max((-(-lengths[axis] // steps[axis]) - 1) * steps[axis] + reach - lengths[axis], 0)
        number = 0 if layer.padding == "valid" else layer.padding
        pads = (total // 2, total - total // 2)
        sides += pads if number == "same" else [per_axis(layer, "", number, len(lengths))[axis]] * 2
    return functional.pad(x, sides, value=value)


def convolution(functional: Any, layer: Any, tensor: Callable[..., Any], x: Any) -> Any:
    """Return PyTorch's output of a convolution, a depthwise or a separable one."""
    conv = getattr(functional, f"conv{x.ndim - 2}d")
    depthwise, separable = hasattr(layer, "depth_multiplier"), layer.type.startswith("separable")
    kernel, bias = tensor("kernel", "depthwise" if separable else ""), tensor("bias")
    groups = x.shape[1] if depthwise else layer.groups
    arguments = {"stride": layer.strides, "dilation": layer.dilation, "groups": groups}
    out = conv(padded(functional, layer, x), kernel, bias, **arguments)
    return conv(out, tensor("kernel", "pointwise"), tensor("bias", "pointwise")) if separable else out


def transposed(functional: Any, layer: Any, tensor: Callable[..., Any], x: Any) -> Any:
    """Return PyTorch's output of a transposed convolution, with the positions that its padding removes and adds.

    ``same`` removes half of the surplus before the first position, and the rest after the last.
    """
    rank = x.ndim - 2
    conv = getattr(functional, f"conv_transpose{rank}d")
    arguments = {"stride": layer.strides, "dilation": layer.dilation, "groups": layer.groups}
    if not isinstance(layer.padding, str):
        arguments |= {"padding": layer.padding, "output_padding": layer.output_padding or 0}
        return conv(x, tensor("kernel"), tensor("bias"), **arguments)
    full = conv(x, tensor("kernel"), **arguments)
    sides = []
    for axis in reversed(range(rank)):
        extra = (
            None if layer.output_padding is None else per_axis(layer, "", layer.output_padding, rank)[axis]
        )
        step, reach = layer.strides[axis], layer.dilation[axis] * (layer.kernel_size[axis] - 1) + 1
        if layer.padding == "same":
            last = step if extra is None else reach % 2 + extra
        else:
            last = max(reach, step) if extra is None else reach + extra
        before = max(reach - last, 0) // 2 if layer.padding == "same" else 0
        sides += [-before, before + last - reach]
    out = functional.pad(full, sides)
    bias = tensor("bias")
    return out if bias is None else out + bias.reshape(-1, *(1,) * rank)


def pooling(functional: Any, layer: Any, x: Any) -> Any:
    """Return PyTorch's output of a pooling; padding by `same` does not count in a mean."""
    pool, largest = getattr(functional, layer.type), layer.type.startswith("max")
    out = pool(padded(functional, layer, x, -np.inf if largest else 0.0), layer.pool_size, layer.strides)
    if layer.padding == "same" and not largest:
        out = out / pool(padded(functional, layer, x.new_ones(x.shape)), layer.pool_size, layer.strides)
    return out


def reference(torch: Any, operation: Operation, x: Any) -> Any:
    """Return PyTorch's output of an operation's layer, with its parameters."""

    def tensor(role: str, part: str = "") -> Any:
        array = operation.weights.array(role, part)
        return None if array is None else torch.from_numpy(array)

    functional, layer = torch.nn.functional, operation.layer
    if "pool" in layer.type:
        return pooling(functional, layer, x)
    return (transposed if "transpose" in layer.type else convolution)(functional, layer, tensor, x)


def agrees(torch: Any, operation: Operation, images: np.ndarray) -> bool:
    """Return whether output and input gradient are those of PyTorch, with the same dtype."""
    x = torch.tensor(images, requires_grad=True)
    expected = reference(torch, operation, x)
    gradient = np.random.default_rng(1).normal(size=expected.shape).astype(images.dtype)
    expected.backward(torch.from_numpy(gradient))
    given, out = images.copy(), operation.forward([images], keep=True)
    back = operation.backward(gradient)[0]
    assert np.array_equal(given, images)
    return close(expected.detach().numpy(), out) and close(x.grad.numpy(), back)


def close(expected: np.ndarray, own: np.ndarray | None) -> bool:
    """Return whether an array is as expected, within the tolerance of its dtype."""
    assert own is not None
    if (expected.shape, expected.dtype) != (own.shape, own.dtype):
        return False
    return bool(
        np.abs(own - expected).max() <= TOLERANCE[str(expected.dtype)] * max(np.abs(expected).max(), 1e-3)
    )


@pytest.mark.parametrize(("room", "count"), [(500, 60), (2**22, 120)])
@pytest.mark.parametrize("kind", KINDS)
def test_any_options(kind: str, room: int, count: int, torch: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Layers of each kind and rank agree with any options, computed in many blocks and in few."""
    monkeypatch.setattr(windows, "ROOM", room)
    values, differing = np.random.default_rng(room), []
    for index, (layer, sample) in enumerate(layers(kind, KINDS[kind], seed=room, count=count)):
        operation = windowed(layer, sample, threads=1 + index % 2)
        # Whole numbers, so that some windows have several largest values.
        images = (
            values.normal(size=(3, *sample)) if "max" not in kind else values.integers(-2, 3, (3, *sample))
        )
        if not agrees(torch, operation, images.astype("float64")):
            differing.append((layer, sample))

    assert [] == differing


@pytest.mark.parametrize(
    ("layer", "sample"),
    [
        ({"type": "conv2d", "filters": 96, "kernel_size": 3, "padding": 1}, [80, 33, 35]),
        (
            {"type": "conv2d", "filters": 96, "kernel_size": 3, "strides": 2, "padding": 1, "groups": 4},
            [80, 33, 35],
        ),
        ({"type": "conv2d", "filters": 100, "kernel_size": 1}, [300, 14, 15]),
        ({"type": "conv2d", "filters": 96, "kernel_size": 8, "strides": 8}, [3, 64, 72]),
        ({"type": "conv1d", "filters": 40, "kernel_size": 10, "strides": 5}, [3, 20000]),
        ({"type": "conv3d", "filters": 24, "kernel_size": 3, "padding": "same"}, [20, 12, 13, 14]),
        (
            {"type": "conv2d_transpose", "filters": 48, "kernel_size": 4, "strides": 2, "padding": 1},
            [96, 16, 17],
        ),
        ({"type": "depthwise_conv2d", "kernel_size": 3, "padding": 1, "depth_multiplier": 2}, [80, 33, 35]),
        ({"type": "max_pool2d", "pool_size": 3, "strides": 2, "padding": 1}, [80, 65, 67]),
        ({"type": "avg_pool2d", "pool_size": 2}, [80, 65, 67]),
    ],
    ids=lambda value: value.get("type") if isinstance(value, dict) else "",
)
def test_layers_of_real_sizes(layer: dict[str, Any], sample: list[int], torch: Any) -> None:
    """They agree in float32, with 5 samples, 2 threads and blocks of the real size."""
    operation = windowed(layer, sample, dtype="float32", threads=2)
    images = np.random.default_rng(0).normal(size=(5, *sample)).astype("float32")

    assert agrees(torch, operation, images)


def test_zeros_of_relu_have_their_gradient_at_the_first_position(torch: Any) -> None:
    """Most windows of such images have several maxima; the gradient goes to the first."""
    operation = windowed({"type": "max_pool2d", "pool_size": [2, 3], "strides": [2, 1]}, [4, 8, 9])
    images = np.maximum(np.random.default_rng(0).normal(-1, 1, (3, 4, 8, 9)), 0)

    assert agrees(torch, operation, images)


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_means_of_whole_channels(rank: int, torch: Any) -> None:
    """A global mean is the mean over all spatial axes."""
    sample = [4, 5, 6, 7][: rank + 1]
    operation = windowed({"type": f"global_avg_pool{rank}d"}, sample, threads=2)
    images = np.random.default_rng(0).normal(size=(3, *sample))
    x = torch.tensor(images, requires_grad=True)
    expected = x.mean(tuple(range(2, rank + 2)))
    gradient = np.random.default_rng(1).normal(size=(3, 4))
    expected.backward(torch.from_numpy(gradient))

    assert close(expected.detach().numpy(), operation.forward([images], keep=True))
    assert close(x.grad.numpy(), operation.backward(gradient)[0])

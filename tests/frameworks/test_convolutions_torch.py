"""Transposed, depthwise and separable convolutions against PyTorch's own."""

import random
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import winitgen

UP = {"type": "conv2d_transpose", "filters": 6, "kernel_size": 3}


class Case(NamedTuple):
    """A layer in a spec, its input, and PyTorch's module for it."""

    layer: dict[str, Any]
    input: list[int]
    module: Callable[[Any], Any]


CASES = {
    "conv1d_transpose": Case(
        {"type": "conv1d_transpose", "filters": 6, "kernel_size": 5, "strides": 3, "padding": 2},
        [4, 9],
        lambda nn: nn.ConvTranspose1d(4, 6, 5, stride=3, padding=2),
    ),
    "conv2d_transpose, grouped": Case(
        {**UP, "kernel_size": [3, 5], "strides": [2, 3], "padding": 1, "output_padding": [1, 2], "groups": 2},
        [4, 7, 5],
        lambda nn: nn.ConvTranspose2d(
            4, 6, (3, 5), stride=(2, 3), padding=1, output_padding=(1, 2), groups=2
        ),
    ),
    "conv2d_transpose, dilated": Case(
        {**UP, "dilation": 2, "output_padding": 1, "padding": 0},
        [4, 7, 5],
        lambda nn: nn.ConvTranspose2d(4, 6, 3, dilation=2, output_padding=1),
    ),
    "conv3d_transpose": Case(
        {"type": "conv3d_transpose", "filters": 6, "kernel_size": [1, 2, 3], "strides": 2, "use_bias": False},
        [4, 3, 4, 5],
        lambda nn: nn.ConvTranspose3d(4, 6, (1, 2, 3), stride=2, bias=False, output_padding=(1, 0, 0)),
    ),
    "depthwise_conv1d": Case(
        {"type": "depthwise_conv1d", "kernel_size": 5, "dilation": 2},
        [4, 20],
        lambda nn: nn.Conv1d(4, 4, 5, dilation=2, groups=4),
    ),
    "depthwise_conv2d": Case(
        {
            "type": "depthwise_conv2d",
            "kernel_size": [3, 5],
            "depth_multiplier": 3,
            "strides": 2,
            "padding": 1,
        },
        [4, 9, 11],
        lambda nn: nn.Conv2d(4, 12, (3, 5), stride=2, padding=1, groups=4),
    ),
    "separable_conv1d": Case(
        {"type": "separable_conv1d", "filters": 6, "kernel_size": 3, "use_bias": False},
        [4, 20],
        lambda nn: separable(nn, nn.Conv1d(4, 4, 3, groups=4, bias=False), nn.Conv1d(4, 6, 1, bias=False)),
    ),
    "separable_conv2d": Case(
        {"type": "separable_conv2d", "filters": 6, "kernel_size": 3, "depth_multiplier": 2, "padding": 1},
        [4, 9, 9],
        lambda nn: separable(nn, nn.Conv2d(4, 8, 3, padding=1, groups=4, bias=False), nn.Conv2d(8, 6, 1)),
    ),
    "instance_norm": Case({"type": "instance_norm"}, [4, 9, 9], lambda nn: nn.InstanceNorm2d(4)),
    "instance_norm, affine": Case(
        {"type": "instance_norm", "affine": True}, [4, 9], lambda nn: nn.InstanceNorm1d(4, affine=True)
    ),
}


def separable(nn: Any, depthwise: Any, pointwise: Any) -> Any:
    """Return a module that applies these two in turn."""
    module = nn.Sequential()
    module.add_module("depthwise", depthwise)
    module.add_module("pointwise", pointwise)
    return module


def output_shape(model_input: list[int], layer: dict[str, Any]) -> list[int] | None:
    """Return the output shape of a layer, or None if the spec is refused."""
    last = {"name": "last", "type": "param", "shape": [1], "init": "ones"}
    try:
        plan = winitgen.plan({"input": model_input, "layers": [layer, {"type": "dropout"}, last]})
    except winitgen.SpecError:
        return None
    flow = plan.layers[1].incoming
    assert flow is not None
    assert flow.shape is not None
    return [size for size in flow.shape if size is not None]


@pytest.mark.parametrize("name", CASES)
def test_loads_and_has_the_shape(name: str, torch: Any, fill: Callable[..., Any]) -> None:
    """Each layer fills PyTorch's class, strictly, and its output has the planned shape."""
    case = CASES[name]
    norm = {"name": "other", "type": "batch_norm"}  # so that the file has a tensor
    module = torch.nn.ModuleDict(
        {
            "layer": case.module(torch.nn),
            "other": getattr(torch.nn, f"BatchNorm{len(case.input) - 1}d")(
                (output_shape(case.input, case.layer) or [0])[0]
            ),
        }
    )
    fill(module, {"input": case.input, "layers": [{"name": "layer", **case.layer}, norm]})
    out = module["layer"](torch.randn(2, *case.input, generator=torch.Generator().manual_seed(0)))

    assert output_shape(case.input, case.layer) == list(out.shape[1:])
    assert torch.isfinite(out).all()


def combinations(seed: int, count: int) -> list[tuple[int, list[int], dict[str, Any]]]:
    """Return ``count`` transposed convolutions of any shape: rank, input sizes, and PyTorch's arguments."""
    draw = random.Random(seed)  # noqa: S311 - shapes, not secrets
    found = []
    for _ in range(count):
        rank = draw.randint(1, 3)
        arguments = {
            "kernel_size": tuple(draw.randint(1, 5) for _ in range(rank)),
            "stride": tuple(draw.randint(1, 4) for _ in range(rank)),
            "padding": tuple(draw.randint(0, 3) for _ in range(rank)),
            "output_padding": tuple(draw.randint(0, 3) for _ in range(rank)),
            "dilation": tuple(draw.randint(1, 3) for _ in range(rank)),
        }
        found.append((rank, [draw.randint(1, 6) for _ in range(rank)], arguments))
    return found


def test_output_sizes_of_transposed_convolutions(torch: Any) -> None:
    """400 combinations of arguments give PyTorch's output sizes, and are refused if PyTorch refuses them."""
    differing, refused = [], 0
    for rank, sizes, arguments in combinations(seed=1, count=400):
        layer = {"type": f"conv{rank}d_transpose", "filters": 2, **arguments, "strides": arguments["stride"]}
        del layer["stride"]
        planned = output_shape(
            [3, *sizes], {key: list(v) if isinstance(v, tuple) else v for key, v in layer.items()}
        )
        try:
            module = getattr(torch.nn, f"ConvTranspose{rank}d")(3, 2, **arguments)
            out = list(module(torch.zeros(1, 3, *sizes)).shape[1:])
        except (RuntimeError, ValueError):
            out, refused = None, refused + 1
        if planned != out:
            differing.append((sizes, arguments, planned, out))

    assert [] == differing
    assert 100 < refused < 300


def test_output_sizes_of_depthwise_convolutions(torch: Any) -> None:
    """100 combinations of options give PyTorch's output sizes, and are refused if the kernel does not fit."""
    draw = random.Random(2)  # noqa: S311 - shapes, not secrets
    differing, refused = [], 0
    for _ in range(100):
        rank, multiplier = draw.randint(1, 2), draw.randint(1, 3)
        sizes = [draw.randint(1, 9) for _ in range(rank)]
        kernel, strides, padding, dilation = (
            [draw.randint(low, 3) for _ in range(rank)] for low in (1, 1, 0, 1)
        )
        layer = {"kernel_size": kernel, "strides": strides, "padding": padding, "dilation": dilation}
        planned = output_shape(
            [3, *sizes], {"type": f"depthwise_conv{rank}d", "depth_multiplier": multiplier, **layer}
        )
        module = getattr(torch.nn, f"Conv{rank}d")(
            3, 3 * multiplier, kernel, strides, padding, dilation, groups=3, device="meta"
        )
        try:
            out = list(module(torch.empty(1, 3, *sizes, device="meta")).shape[1:])
        except RuntimeError:
            out, refused = None, refused + 1
        if planned != out:
            differing.append((sizes, layer, planned, out))

    assert [] == differing
    assert 0 < refused < 50


@pytest.mark.parametrize(
    ("kernel_size", "strides", "groups"), [(3, 2, 1), (4, 2, 2), (5, 3, 1), (1, 2, 1), (3, 1, 2)]
)
def test_fans_of_a_transposed_convolution(torch: Any, kernel_size: int, strides: int, groups: int) -> None:
    """With kernel and input of ones, the mean output is fan_in, and the mean gradient is fan_out."""
    layer = {**UP, "kernel_size": kernel_size, "strides": strides, "groups": groups}
    kernel = winitgen.plan({"input": [4, 60, 60], "layers": [layer]}).parameters[0]
    ones = torch.ones(1, 4, 60, 60, dtype=torch.float64, requires_grad=True)
    out = torch.nn.functional.conv_transpose2d(
        ones, torch.ones(kernel.shape, dtype=torch.float64), stride=strides, groups=groups
    )
    inner = out[..., 12:-12, 12:-12]
    period = inner.shape[-1] // strides * strides
    out.sum().backward()

    assert kernel.fan_in == pytest.approx(inner[..., :period, :period].mean().item(), rel=1e-12)
    assert kernel.fan_out == ones.grad[0, 0, 30, 30].item()


@pytest.mark.parametrize(
    ("kernel_size", "strides", "groups"), [(3, 2, 1), (4, 4, 2), (5, 3, 1), (1, 2, 1), (3, 1, 2)]
)
def test_fans_of_a_strided_convolution(torch: Any, kernel_size: int, strides: int, groups: int) -> None:
    """With kernel and input of ones, an output is fan_in, and the mean gradient over a period is fan_out."""
    layer = {"type": "conv2d", "filters": 8, "kernel_size": kernel_size, "strides": strides, "groups": groups}
    kernel = winitgen.plan({"input": [6, 61, 61], "layers": [layer]}).parameters[0]
    ones = torch.ones(1, 6, 61, 61, dtype=torch.float64, requires_grad=True)
    out = torch.nn.functional.conv2d(
        ones, torch.ones(kernel.shape, dtype=torch.float64), stride=strides, groups=groups
    )
    out.sum().backward()
    period = slice(24, 24 + 4 * strides)

    assert kernel.fan_in == out[0, 0, 5, 5].item()
    assert kernel.fan_out == pytest.approx(ones.grad[0, 0, period, period].mean().item(), rel=1e-12)


def test_a_depthwise_convolution_is_a_grouped_one() -> None:
    """It has the same values, fans and tensors as a convolution with one group per channel."""
    options = {"name": "conv", "kernel_size": 3, "init": "he_normal", "bias_init": "xavier_uniform"}
    image = {"input": [4, 9, 9]}
    depthwise = {**options, "type": "depthwise_conv2d", "depth_multiplier": 3}
    grouped = {**options, "type": "conv2d", "filters": 12, "groups": 4}
    first, second = (winitgen.generate({**image, "layers": [layer]}) for layer in (depthwise, grouped))

    assert list(first) == list(second) == ["conv.weight", "conv.bias"]
    assert [first[name].tolist() for name in first] == [second[name].tolist() for name in second]


def test_filters_of_a_channel_are_adjacent(torch: Any) -> None:
    """Filter m of channel c is output c * depth_multiplier + m."""
    layer = {"name": "conv", "type": "depthwise_conv1d", "kernel_size": 3, "depth_multiplier": 2}
    weight = torch.from_numpy(winitgen.generate({"input": [4, 9], "layers": [layer]})["conv.weight"])
    signal = torch.zeros(1, 4, 9)
    signal[0, 1] = 1
    out = torch.nn.functional.conv1d(signal, weight, groups=4)

    assert [2, 3] == out[0].abs().sum(dim=1).nonzero().ravel().tolist()


def generator(nn: Any) -> Any:
    """Return the generator of PyTorch's DCGAN tutorial, with nz = 100, ngf = 64 and nc = 3."""
    sizes = [100, 512, 256, 128, 64, 3]
    layers: list[Any] = []
    for index, (before, after) in enumerate(pairwise(sizes)):
        strides, padding = (1, 0) if index == 0 else (2, 1)
        layers.append(nn.ConvTranspose2d(before, after, 4, strides, padding, bias=False))
        layers += [nn.BatchNorm2d(after), nn.ReLU(True)] if after != 3 else [nn.Tanh()]

    class Generator(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.main = nn.Sequential(*layers)

        def forward(self, signal: Any) -> Any:
            return self.main(signal)

    return Generator()


def test_dcgan(torch: Any, fill: Callable[..., Any], specs: Path) -> None:
    """specs/dcgan.yaml fills the tutorial's generator, whose output is an image of 64 x 64."""
    module = fill(generator(torch.nn), specs / "dcgan.yaml")
    image = module(torch.randn(2, 100, 1, 1, generator=torch.Generator().manual_seed(0)))

    assert (2, 3, 64, 64) == tuple(image.shape)
    assert image.abs().max() <= 1


def test_dcgan_is_drawn_as_in_the_tutorial(torch: Any, fill: Callable[..., Any], specs: Path) -> None:
    """Kernels are N(0, 0.02), the scales of the norms N(1, 0.02), their shifts 0 (its weights_init)."""
    module = fill(generator(torch.nn), specs / "dcgan.yaml")
    kernels, scales, shifts = (
        torch.cat([getattr(part, role).detach().ravel() for part in module.main if kind in repr(part)])
        for kind, role in (("ConvTranspose", "weight"), ("BatchNorm", "weight"), ("BatchNorm", "bias"))
    )

    # Four standard errors of the mean and of the deviation of 3,574,784 kernels and 960 scales.
    assert 0 == pytest.approx(kernels.mean().item(), abs=4 * 0.02 / len(kernels) ** 0.5)
    assert 0.02 == pytest.approx(kernels.std().item(), rel=4 / (2 * len(kernels)) ** 0.5)
    assert 1 == pytest.approx(scales.mean().item(), abs=4 * 0.02 / len(scales) ** 0.5)
    assert 0.02 == pytest.approx(scales.std().item(), rel=4 / (2 * len(scales)) ** 0.5)
    assert not shifts.any()

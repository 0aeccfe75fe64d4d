"""The numbers of a summary against those that PyTorch counts while a model runs, and against its parameters."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import winitgen
from tests.frameworks import parity
from tests.frameworks.any_torch.sitecustomize import torchvision_of_any_build
from winitgen.report.model_summary import summarize_layers

pytestmark = pytest.mark.slow
SPECS = Path(__file__).parents[2] / "specs"


def counted(torch: Any, module: Any, *batch: Any) -> float:
    """Return the multiply-adds of a call, by PyTorch's own counter, which counts two operations for each."""
    from torch.nn.attention import SDPBackend, sdpa_kernel
    from torch.utils.flop_counter import FlopCounterMode

    # The processor's own kernel of an attention is one operation, which is not counted.
    with FlopCounterMode(display=False) as counter, torch.no_grad(), sdpa_kernel(SDPBackend.MATH):
        module.eval()(*batch)
    return float(counter.get_total_flops() / 2)


@pytest.mark.parametrize("name", sorted(set(parity.SPECS) - {"recurrent"}))
def test_models_of_every_kind(name: str, torch: Any) -> None:
    """Dense layers, convolutions, transposed ones, and a transformer, at batch size 1."""
    module, batch = parity.MODULES[name](torch), parity.batch_of(parity.SPECS[name], torch)[:1]
    report = summarize_layers(winitgen.plan(parity.SPECS[name]))

    assert counted(torch, module, batch) == report["totals"]["multiply_adds"]
    assert sum(p.numel() for p in module.parameters()) == report["totals"]["trainable"]


REAL = {
    "convnext-tiny": "convnext_tiny",
    "efficientnet-b0": "efficientnet_b0",
    "mobilenet-v2": "mobilenet_v2",
    "mobilenet-v3-small": "mobilenet_v3_small",
    "regnety-400mf": "regnet_y_400mf",
    "resnet18": "resnet18",
    "shufflenet-v2": "shufflenet_v2_x1_0",
    "swin-tiny": "swin_t",
    "vgg16": "vgg16",
    "vit-b16": "vit_b_16",
}
"""Layer-specs of torchvision's models, and its functions that build them."""


@pytest.mark.parametrize("name", REAL)
def test_real_models(name: str, torch: Any) -> None:
    """Ten of torchvision's, as they are: nothing is computed on the meta device, and all is counted."""
    device = "cpu" if name == "regnety-400mf" else "meta"  # its code computes widths by tensors
    with torch.device(device):
        module = getattr(torchvision_of_any_build().models, REAL[name])(weights=None).to("meta")
    totals = summarize_layers(winitgen.plan(SPECS / f"{name}.yaml"))["totals"]

    assert counted(torch, module, torch.zeros(1, 3, 224, 224, device="meta")) == totals["multiply_adds"]
    assert sum(p.numel() for p in module.parameters()) == totals["trainable"]
    assert sum(b.numel() for b in module.buffers()) == totals["buffers"]


CONVOLUTIONS: dict[str, tuple[dict[str, Any], tuple[int, ...], Callable[[Any], Any]]] = {
    "conv1d": (
        {"filters": 6, "strides": 2, "groups": 2},
        (4, 21),
        lambda nn: nn.Conv1d(4, 6, 3, 2, groups=2),
    ),
    "conv3d": ({"filters": 5, "dilation": 2}, (3, 9, 8, 7), lambda nn: nn.Conv3d(3, 5, 3, dilation=2)),
    "depthwise_conv2d": ({"depth_multiplier": 2}, (4, 9, 8), lambda nn: nn.Conv2d(4, 8, 3, groups=4)),
    "conv1d_transpose": ({"filters": 6, "strides": 2}, (4, 7), lambda nn: nn.ConvTranspose1d(4, 6, 3, 2)),
    "conv3d_transpose": (
        {"filters": 2, "groups": 2},
        (4, 5, 6, 3),
        lambda nn: nn.ConvTranspose3d(4, 2, 3, groups=2),
    ),
}


@pytest.mark.parametrize("kind", CONVOLUTIONS)
def test_a_convolution(kind: str, torch: Any) -> None:
    """Each convolution by itself, with unequal channels, strides, dilation and groups."""
    options, shape, module = CONVOLUTIONS[kind]
    layers = [{"name": "one", "type": kind, "kernel_size": 3, **options}]
    (entry,) = summarize_layers(winitgen.plan({"input": list(shape), "layers": layers}))["layers"]

    assert counted(torch, module(torch.nn), torch.zeros(1, *shape)) == entry["multiply_adds"]

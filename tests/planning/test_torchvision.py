"""The examples after torchvision's models, against lists of the real checkpoints' tensors."""

from collections.abc import Callable
from pathlib import Path

import pytest

from winitgen.planning.plan import Plan

Planned = Callable[..., Plan]

HERE = Path(__file__).parent
SPECS = HERE.parents[1] / "specs"

ROLES = {
    "kernel": "weight",
    "bias": "bias",
    "gamma": "weight",
    "beta": "bias",
    "moving_mean": "running_mean",
    "moving_variance": "running_var",
    "num_batches_tracked": "num_batches_tracked",
}


@pytest.mark.parametrize("model", ["resnet18", "vgg16", "shufflenet-v2", "mobilenet-v3-small"])
def test_tensors(planned: Planned, model: str) -> None:
    """Names, number formats, shapes and their order are those of the published checkpoint."""
    plan = planned((SPECS / f"{model}.yaml").read_text(encoding="utf-8"))
    found = [f"{p.path}.{ROLES[p.role]} {p.dtype} {list(p.shape)}" for p in plan.parameters]

    assert (HERE / "torchvision" / f"{model}.txt").read_text(encoding="utf-8").splitlines() == found


@pytest.mark.parametrize(
    ("model", "count"),
    [
        ("deck", 250_500),
        ("mlp", 648_010),
        ("lenet5", 61_706),
        ("resnet18", 11_689_512),
        ("vgg16", 138_357_544),
        ("shufflenet-v2", 2_278_604),
        ("mobilenet-v3-small", 2_542_856),
        ("vit-b16", 86_567_656),
        ("convnext-tiny", 28_589_128),
    ],
)
def test_counts(planned: Planned, model: str, count: int) -> None:
    """The number of trained values is the one that is published."""
    plan = planned((SPECS / f"{model}.yaml").read_text(encoding="utf-8"))

    assert count == sum(p.size for p in plan.parameters if p.why != "buffer")


def test_resnet_is_drawn_by_he(planned: Planned) -> None:
    """Every convolution of the ResNet meets a relu, including the one after the sum."""
    plan = planned((SPECS / "resnet18.yaml").read_text(encoding="utf-8"))
    convolutions = [p for p in plan.parameters if p.type == "conv2d"]

    assert {"he_normal"} == {p.scheme for p in convolutions}
    assert [p.std for p in convolutions] == [(2 / p.fan_in) ** 0.5 for p in convolutions if p.fan_in]


def test_unet_sizes_follow_its_variables(planned: Planned) -> None:
    """The U-Net takes another size and width with nothing else changed."""
    text = (SPECS / "unet.yaml").read_text(encoding="utf-8")
    plan = planned(text, {"size": 64, "width": 8, "channels": 3, "classes": 5})
    shapes = {p.id: p.shape for p in plan.parameters}

    assert ((8, 3, 3, 3), (5, 8, 1, 1)) == (shapes["down0.conv1/kernel"], shapes["out/kernel"])
    assert (8, 16, 3, 3) == shapes["up2.conv1/kernel"]

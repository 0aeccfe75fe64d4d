"""The presets of timm's models against fresh models: each parameter's law."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from tests.frameworks.torch_specs import differences, planned

pytestmark = pytest.mark.slow


class Port(NamedTuple):
    """A small model of a library: its preset, its bare parameters, and those that nothing is said of."""

    preset: str
    make: Callable[[Any], Any]
    bare: dict[str, dict[str, Any]] = {}  # noqa: RUF012
    left_out: tuple[str, ...] = ()


def created(name: str, **options: Any) -> Callable[[Any], Any]:
    """Return a function that makes a model of timm with 30 classes."""
    return lambda timm: timm.create_model(name, num_classes=30, **options)


SMALL = {"img_size": 32, "patch_size": 8, "embed_dim": 48, "depth": 2, "num_heads": 3}
POSITIONS = {"pos_embed": {"type": "positional_embedding", "count": 17, "dim": 48}}
PORTS = {
    "resnet18": Port("timm-resnet-basic", created("resnet18", layers=(1, 1, 1, 1))),
    "resnet50": Port("timm-resnet", created("resnet50", layers=(1, 1, 1, 1))),
    "resnext50": Port("timm-resnet", created("resnext50_32x4d", layers=(1, 1, 1, 1))),
    "vit": Port("timm-vit", created("vit_tiny_patch16_224", **SMALL), POSITIONS, ("cls_token",)),
    "vit, jax": Port(
        "timm-vit-jax",
        created("vit_tiny_patch16_224", weight_init="jax", **SMALL),
        POSITIONS,
        ("cls_token",),
    ),
    "deit": Port("timm-vit", created("deit_tiny_patch16_224", **SMALL), POSITIONS, ("cls_token",)),
    "swin": Port(
        "timm-swin",
        created("swin_tiny_patch4_window7_224", img_size=56, embed_dim=24, depths=(2, 2), num_heads=(3, 6)),
        left_out=("relative_position_bias_table",),
    ),
    "convnext": Port(
        "timm-convnext",
        created("convnext_tiny", depths=(1, 1, 1, 1), dims=(24, 32, 48, 60)),
        left_out=("gamma",),
    ),
    "efficientnet": Port("timm-efficientnet", created("efficientnet_b0")),
    "mobilenet v2": Port("timm-efficientnet", created("mobilenetv2_100")),
    "mobilenet v3": Port("timm-efficientnet", created("mobilenetv3_small_100")),
    "mnasnet": Port("timm-efficientnet", created("mnasnet_small")),
    "mixnet": Port("timm-efficientnet", created("mixnet_s")),
    "regnet": Port("timm-regnet", created("regnety_004")),
    "mixer": Port(
        "timm-mixer",
        created("mixer_s32_224", img_size=64),
    ),
    "densenet": Port("timm-densenet", created("densenet121", growth_rate=12, block_config=(2, 3))),
    "vgg": Port("timm-vgg", lambda timm: timm.models.vgg.VGG([20, "M", 24, "M"], num_classes=30)),
}


@pytest.mark.parametrize("name", PORTS)
def test_a_fresh_model_of_timm_is_drawn_as_its_preset_says(
    name: str, torch: Any, torchvision: Any, framework: Callable[[str], Any]
) -> None:
    """Each parameter of a fresh model has the standard deviation and the distribution of the preset."""
    port = PORTS[name]
    timm = framework("timm")
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = port.make(timm)
    more = [{"name": path, **layer} for path, layer in port.bare.items()]
    found = differences(
        model, planned(model, port.preset, more), {path: f"{path}.weight" for path in port.bare}
    )

    assert [] == [line for line in found if not line.partition(":")[0].endswith(port.left_out or ("?",))]

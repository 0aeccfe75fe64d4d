"""The presets of torchvision's models against fresh models: each parameter's law, and no parameter left out."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import pytest

from tests.frameworks.torch_specs import differences, planned

pytestmark = pytest.mark.slow


class Family(NamedTuple):
    """A model of torchvision, small where its class can be; its bare parameters, and those nothing is said of."""

    preset: str
    make: Callable[[Any], Any]
    bare: dict[str, dict[str, Any]] = {}  # noqa: RUF012
    left_out: tuple[str, ...] = ()


def resnet(models: Any, block: str, **options: Any) -> Any:
    """Return a ResNet with one block in each stage."""
    return models.resnet.ResNet(getattr(models.resnet, block), [1, 1, 1, 1], num_classes=30, **options)


def convnext(models: Any) -> Any:
    """Return a ConvNeXt of two stages."""
    setting = models.convnext.CNBlockConfig
    return models.convnext.ConvNeXt([setting(40, 72, 1), setting(72, None, 1)], num_classes=30)


def vit(models: Any, **options: Any) -> Any:
    """Return a vision transformer of two layers."""
    return models.VisionTransformer(
        image_size=32,
        patch_size=8,
        num_layers=2,
        num_heads=3,
        hidden_dim=48,
        mlp_dim=100,
        num_classes=30,
        **options,
    )


def swin(models: Any, **options: Any) -> Any:
    """Return a Swin of two stages."""
    return models.SwinTransformer([4, 4], 48, [2, 2], [3, 6], [4, 4], num_classes=30, **options)


def maxvit(models: Any) -> Any:
    """Return a MaxViT of two stages."""
    return models.MaxVit(
        input_size=(64, 64),
        stem_channels=24,
        partition_size=4,
        block_channels=[24, 40],
        block_layers=[1, 1],
        head_dim=8,
        stochastic_depth_prob=0.0,
        num_classes=30,
    )


def densenet(models: Any) -> Any:
    """Return a DenseNet of two blocks."""
    return models.DenseNet(growth_rate=12, block_config=(2, 3), num_init_features=20, num_classes=30)


def vgg(models: Any) -> Any:
    """Return a VGG with two convolutions and its classifier, without the widest layer of the real one."""
    net = models.vgg.VGG(models.vgg.make_layers([20, "M", 512, "M"], batch_norm=True), num_classes=30)
    net.classifier[0] = net.classifier[3]
    return net


POSITIONS = {"encoder.pos_embedding": {"type": "positional_embedding", "count": 17, "dim": 48}}

FAMILIES = {
    "alexnet": Family("torch", lambda models: models.alexnet()),
    "shufflenet": Family("torch", lambda models: models.shufflenet_v2_x0_5(num_classes=30)),
    "resnet, basic": Family("torchvision-resnet", partial(resnet, block="BasicBlock")),
    "resnet, bottleneck": Family("torchvision-resnet", partial(resnet, block="Bottleneck")),
    "resnext": Family("torchvision-resnet", partial(resnet, block="Bottleneck", groups=8, width_per_group=4)),
    "regnet": Family("torchvision-regnet", lambda models: models.regnet_y_400mf(num_classes=30)),
    "vgg": Family("torchvision-vgg", vgg),
    "mobilenet v2": Family("torchvision-mobilenet", lambda models: models.mobilenet_v2(num_classes=30)),
    "mobilenet v3": Family("torchvision-mobilenet", lambda models: models.mobilenet_v3_small(num_classes=30)),
    "efficientnet": Family("torchvision-efficientnet", lambda models: models.efficientnet_b0(num_classes=30)),
    "mnasnet": Family("torchvision-mnasnet", lambda models: models.mnasnet0_5(num_classes=30)),
    "densenet": Family("torchvision-densenet", densenet),
    "squeezenet": Family("torchvision-squeezenet", lambda models: models.squeezenet1_1(num_classes=30)),
    "convnext": Family("torchvision-convnext", convnext, left_out=("layer_scale",)),
    "swin": Family("torchvision-swin", swin, left_out=("relative_position_bias_table",)),
    "maxvit": Family("torchvision-maxvit", maxvit, left_out=("relative_position_bias_table",)),
    "vit": Family("torchvision-vit", vit, POSITIONS, ("class_token",)),
    "vit, with a layer before the head": Family(
        "torchvision-vit", partial(vit, representation_size=60), POSITIONS, ("class_token",)
    ),
    "inception": Family(
        "torchvision-inception", lambda models: models.inception_v3(num_classes=30, init_weights=True)
    ),
    "googlenet": Family(
        "torchvision-googlenet", lambda models: models.googlenet(num_classes=30, init_weights=True)
    ),
}


@pytest.mark.parametrize("name", FAMILIES)
def test_a_fresh_model_is_drawn_as_its_preset_says(name: str, torch: Any, torchvision: Any) -> None:
    """Each parameter of a fresh model has the standard deviation and the distribution of the preset.

    Scales of layers, class tokens and tables of relative positions are parameters that a spec itself says
    how to draw.
    """
    family = FAMILIES[name]
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = family.make(torchvision.models)
    more = [{"name": path, **layer} for path, layer in family.bare.items()]
    tensors = planned(model, family.preset, more)
    found = differences(model, tensors, {path: f"{path}.weight" for path in family.bare})

    assert [] == [line for line in found if not line.partition(":")[0].endswith(family.left_out or ("?",))]

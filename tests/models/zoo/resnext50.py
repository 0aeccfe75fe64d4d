"""ResNeXt-50, a ResNet with convolutions in 32 groups (Xie et al. 2017)."""

from typing import Any

from tests.models.real_model import RealModel
from tests.models.zoo.resnet50 import spec


def build(torchvision: Any) -> Any:
    """Return torchvision's class."""
    return torchvision.models.resnext50_32x4d(weights=None)


MODEL = RealModel(spec(128, 32), build, package="torchvision", slow=True)

"""Wide ResNet-50-2, with twice the channels inside its bottlenecks (Zagoruyko & Komodakis 2016)."""

from typing import Any

from tests.models.real_model import RealModel
from tests.models.zoo.resnet50 import spec


def build(torchvision: Any) -> Any:
    """Return torchvision's class."""
    return torchvision.models.wide_resnet50_2(weights=None)


MODEL = RealModel(spec(128, 1), build, package="torchvision", slow=True)

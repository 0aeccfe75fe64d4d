"""The head of a fully convolutional network for segmentation (Long, Shelhamer & Darrell 2015)."""

from typing import Any

from tests.models.real_model import RealModel

SPEC = """
input: [64, 14, 17]
defaults: {preset: torch}
layers:
  - {name: "0", type: conv2d, filters: 16, kernel_size: 3, padding: 1, use_bias: false}
  - {name: "1", type: batch_norm, activation: relu}
  - {type: dropout, rate: 0.1}
  - {name: "4", type: conv2d, filters: 21, kernel_size: 1}
"""


def build(torchvision: Any) -> Any:
    """Return torchvision's class."""
    return torchvision.models.segmentation.fcn.FCNHead(64, 21)


MODEL = RealModel(SPEC, build, package="torchvision")

"""The convolutions of VGG-13 with batch norms (Simonyan & Zisserman 2015)."""

from typing import Any

from tests.models.real_model import RealModel

SPEC = """
input: [3, 40, 48]
defaults: {preset: torch}
layers:
  - {name: "0", type: conv2d, filters: 64, kernel_size: 3, padding: 1}
  - {name: "1", type: batch_norm, activation: relu}
  - {name: "3", type: conv2d, filters: 64, kernel_size: 3, padding: 1}
  - {name: "4", type: batch_norm, activation: relu}
  - {type: max_pool2d, pool_size: 2, strides: 2}
  - {name: "7", type: conv2d, filters: 128, kernel_size: 3, padding: 1}
  - {name: "8", type: batch_norm, activation: relu}
  - {name: "10", type: conv2d, filters: 128, kernel_size: 3, padding: 1}
  - {name: "11", type: batch_norm, activation: relu}
  - {type: max_pool2d, pool_size: 2, strides: 2}
  - {name: "14", type: conv2d, filters: 256, kernel_size: 3, padding: 1}
  - {name: "15", type: batch_norm, activation: relu}
  - {name: "17", type: conv2d, filters: 256, kernel_size: 3, padding: 1}
  - {name: "18", type: batch_norm, activation: relu}
  - {type: max_pool2d, pool_size: 2, strides: 2}
  - {name: "21", type: conv2d, filters: 512, kernel_size: 3, padding: 1}
  - {name: "22", type: batch_norm, activation: relu}
  - {name: "24", type: conv2d, filters: 512, kernel_size: 3, padding: 1}
  - {name: "25", type: batch_norm, activation: relu}
  - {type: max_pool2d, pool_size: 2, strides: 2}
  - {name: "28", type: conv2d, filters: 512, kernel_size: 3, padding: 1}
  - {name: "29", type: batch_norm, activation: relu}
  - {name: "31", type: conv2d, filters: 512, kernel_size: 3, padding: 1}
  - {name: "32", type: batch_norm, activation: relu}
  - {type: max_pool2d, pool_size: 2, strides: 2}
"""


def build(torchvision: Any) -> Any:
    """Return the layers of torchvision's class."""
    vgg = torchvision.models.vgg
    return vgg.make_layers(vgg.cfgs["B"], batch_norm=True)


MODEL = RealModel(SPEC, build, package="torchvision", slow=True)

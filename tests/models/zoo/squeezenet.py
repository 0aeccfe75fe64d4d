"""SqueezeNet 1.1: convolutions of one pixel before and beside larger ones (Iandola et al. 2016)."""

from typing import Any

from tests.models.real_model import RealModel

SPEC = """
input: [3, 95, 95]
defaults: {init: he_uniform, bias_init: zeros}
layers:
  - {name: features.0, type: conv2d, filters: 64, kernel_size: 3, strides: 2, activation: relu}
  - {type: max_pool2d, pool_size: 3, strides: 2}
  - {type: group, name: features.3, layers: &fire1 [
      {name: squeeze, type: conv2d, filters: 16, kernel_size: 1, activation: relu},
      {name: expand1x1, type: conv2d, filters: 64, kernel_size: 1, activation: relu, from: squeeze},
      {name: expand3x3, type: conv2d, filters: 64, kernel_size: 3, padding: 1, activation: relu, from: squeeze},
      {type: concat, from: [expand1x1, expand3x3]}]}
  - {type: group, name: features.4, layers: *fire1}
  - {type: max_pool2d, pool_size: 3, strides: 2}
  - {type: group, name: features.6, layers: &fire2 [
      {name: squeeze, type: conv2d, filters: 32, kernel_size: 1, activation: relu},
      {name: expand1x1, type: conv2d, filters: 128, kernel_size: 1, activation: relu, from: squeeze},
      {name: expand3x3, type: conv2d, filters: 128, kernel_size: 3, padding: 1, activation: relu, from: squeeze},
      {type: concat, from: [expand1x1, expand3x3]}]}
  - {type: group, name: features.7, layers: *fire2}
  - {type: max_pool2d, pool_size: 3, strides: 2}
  - {type: group, name: features.9, layers: &fire3 [
      {name: squeeze, type: conv2d, filters: 48, kernel_size: 1, activation: relu},
      {name: expand1x1, type: conv2d, filters: 192, kernel_size: 1, activation: relu, from: squeeze},
      {name: expand3x3, type: conv2d, filters: 192, kernel_size: 3, padding: 1, activation: relu, from: squeeze},
      {type: concat, from: [expand1x1, expand3x3]}]}
  - {type: group, name: features.10, layers: *fire3}
  - {type: group, name: features.11, layers: &fire4 [
      {name: squeeze, type: conv2d, filters: 64, kernel_size: 1, activation: relu},
      {name: expand1x1, type: conv2d, filters: 256, kernel_size: 1, activation: relu, from: squeeze},
      {name: expand3x3, type: conv2d, filters: 256, kernel_size: 3, padding: 1, activation: relu, from: squeeze},
      {type: concat, from: [expand1x1, expand3x3]}]}
  - {type: group, name: features.12, layers: *fire4}
  - {type: dropout, rate: 0.5}
  - {name: classifier.1, type: conv2d, filters: 1000, kernel_size: 1, activation: relu, init: {scheme: normal, std: 0.01}}
  - {type: global_avg_pool2d}
"""


def build(torchvision: Any) -> Any:
    """Return torchvision's class."""
    return torchvision.models.squeezenet1_1(weights=None)


MODEL = RealModel(SPEC, build, package="torchvision")

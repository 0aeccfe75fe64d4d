"""DenseNet-121, whose layers see all those before them in their block (Huang et al. 2017)."""

from typing import Any

from tests.models.real_model import RealModel

SPEC = """
input: [3, 64, 64]
defaults: {preset: torch, use_bias: false}
layers:
  - {name: features.conv0, type: conv2d, filters: 64, kernel_size: 7, strides: 2, padding: 3}
  - {name: features.norm0, type: batch_norm, activation: relu}
  - {type: max_pool2d, pool_size: 3, strides: 2, padding: 1}
  - type: repeat
    times: 6
    index: j
    name: "features.denseblock1.denselayer${j + 1}"
    layers: &dense
      - {name: norm1, type: batch_norm, activation: relu}
      - {name: conv1, type: conv2d, filters: 128, kernel_size: 1}
      - {name: norm2, type: batch_norm, activation: relu}
      - {name: conv2, type: conv2d, filters: 32, kernel_size: 3, padding: 1}
      - {type: concat, from: [input, conv2]}
  - {name: features.transition1.norm, type: batch_norm, activation: relu}
  - {name: features.transition1.conv, type: conv2d, filters: 128, kernel_size: 1}
  - {type: avg_pool2d, pool_size: 2, strides: 2}
  - {type: repeat, times: 12, index: j, name: "features.denseblock2.denselayer${j + 1}", layers: *dense}
  - {name: features.transition2.norm, type: batch_norm, activation: relu}
  - {name: features.transition2.conv, type: conv2d, filters: 256, kernel_size: 1}
  - {type: avg_pool2d, pool_size: 2, strides: 2}
  - {type: repeat, times: 24, index: j, name: "features.denseblock3.denselayer${j + 1}", layers: *dense}
  - {name: features.transition3.norm, type: batch_norm, activation: relu}
  - {name: features.transition3.conv, type: conv2d, filters: 512, kernel_size: 1}
  - {type: avg_pool2d, pool_size: 2, strides: 2}
  - {type: repeat, times: 16, index: j, name: "features.denseblock4.denselayer${j + 1}", layers: *dense}
  - {name: features.norm5, type: batch_norm, activation: relu}
  - {type: global_avg_pool2d}
  - {name: classifier, type: dense, units: 1000, use_bias: true, bias_init: zeros}
rules:
  - {match: "*/kernel", type: conv2d, init: he_normal}
"""


def build(torchvision: Any) -> Any:
    """Return torchvision's class."""
    return torchvision.models.densenet121(weights=None)


MODEL = RealModel(SPEC, build, package="torchvision", slow=True)

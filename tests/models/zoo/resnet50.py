"""ResNet-50 of bottlenecks, as torchvision draws it (He et al. 2016)."""

from typing import Any

from tests.models.real_model import RealModel

SPEC = """
vars: {inside: 64, groups: 1}
input: [3, 64, 64]
defaults: {preset: torch, use_bias: false}
layers:
  - {name: conv1, type: conv2d, filters: 64, kernel_size: 7, strides: 2, padding: 3}
  - {name: bn1, type: batch_norm, activation: relu}
  - {type: max_pool2d, pool_size: 3, strides: 2, padding: 1}
  - type: residual
    name: layer1.0
    activation: relu
    layers: &first
      - {name: conv1, type: conv2d, filters: "${inside}", kernel_size: 1}
      - {name: bn1, type: batch_norm, activation: relu}
      - {name: conv2, type: conv2d, filters: "${inside}", kernel_size: 3, padding: 1, groups: "${groups}"}
      - {name: bn2, type: batch_norm, activation: relu}
      - {name: conv3, type: conv2d, filters: 256, kernel_size: 1}
      - {name: bn3, type: batch_norm}
    shortcut:
      - {name: downsample.0, type: conv2d, filters: 256, kernel_size: 1}
      - {name: downsample.1, type: batch_norm}
  - {type: repeat, times: 2, start: 1, name: "layer1.{i}", layers: [{type: residual, activation: relu, layers: *first}]}
STAGES
  - {type: global_avg_pool2d}
  - {name: fc, type: dense, units: 1000, use_bias: true}
rules:
  - {match: "*/kernel", type: conv2d, init: {scheme: he_normal, mode: fan_out}}
"""

STAGE = """
  - type: residual
    name: layerS.0
    activation: relu
    layers:
      - {name: conv1, type: conv2d, filters: "${F * inside}", kernel_size: 1}
      - {name: bn1, type: batch_norm, activation: relu}
      - {name: conv2, type: conv2d, filters: "${F * inside}", kernel_size: 3, padding: 1, strides: 2, groups: "${groups}"}
      - {name: bn2, type: batch_norm, activation: relu}
      - {name: conv3, type: conv2d, filters: "${F * 256}", kernel_size: 1}
      - {name: bn3, type: batch_norm}
    shortcut:
      - {name: downsample.0, type: conv2d, filters: "${F * 256}", kernel_size: 1, strides: 2}
      - {name: downsample.1, type: batch_norm}
  - type: repeat
    times: T
    start: 1
    name: "layerS.{i}"
    layers:
      - type: residual
        activation: relu
        layers:
          - {name: conv1, type: conv2d, filters: "${F * inside}", kernel_size: 1}
          - {name: bn1, type: batch_norm, activation: relu}
          - {name: conv2, type: conv2d, filters: "${F * inside}", kernel_size: 3, padding: 1, groups: "${groups}"}
          - {name: bn2, type: batch_norm, activation: relu}
          - {name: conv3, type: conv2d, filters: "${F * 256}", kernel_size: 1}
          - {name: bn3, type: batch_norm}
"""


def spec(inside: int, groups: int) -> str:
    """Return the spec with bottlenecks of other sizes: ``inside`` channels in the first stage, in groups."""
    stages = "".join(
        STAGE.replace("layerS", f"layer{stage}")
        .replace("F *", f"{factor} *")
        .replace("times: T", f"times: {times}")
        for stage, factor, times in ((2, 2, 3), (3, 4, 5), (4, 8, 2))
    )
    own = SPEC.replace("{inside: 64, groups: 1}", f"{{inside: {inside}, groups: {groups}}}")
    quirks = own.replace("{preset: torch,", "{quirks: torch, preset: torch,")
    return quirks.replace("STAGES\n", stages.lstrip("\n"))


def build(torchvision: Any) -> Any:
    """Return torchvision's class."""
    return torchvision.models.resnet50(weights=None)


MODEL = RealModel(spec(64, 1), build, package="torchvision", slow=True)

"""MobileNet: depthwise convolutions, each before one of a single pixel (Howard et al. 2017)."""

from typing import Any

from tests.models.real_model import RealModel

SPEC = """
input: [3, 32, 32]
defaults: {preset: torch, use_bias: false}
layers:
  - {name: "0", type: conv2d, filters: 8, kernel_size: 3, strides: 2, padding: 1}
  - {name: "1", type: batch_norm, activation: relu6}
  - {name: "3", type: depthwise_conv2d, kernel_size: 3, padding: 1}
  - {name: "4", type: batch_norm, activation: relu6}
  - {name: "6", type: conv2d, filters: 16, kernel_size: 1}
  - {name: "7", type: batch_norm, activation: relu6}
  - {name: "9", type: depthwise_conv2d, kernel_size: 3, padding: 1, strides: 2}
  - {name: "10", type: batch_norm, activation: relu6}
  - {name: "12", type: conv2d, filters: 32, kernel_size: 1}
  - {name: "13", type: batch_norm, activation: relu6}
  - {type: global_avg_pool2d}
  - {name: "17", type: dense, units: 10, use_bias: true}
"""


def build(torch: Any) -> Any:
    """Return the layers as a sequence."""
    nn = torch.nn

    def norm(channels: int) -> list[Any]:
        return [nn.BatchNorm2d(channels), nn.ReLU6()]

    return nn.Sequential(
        nn.Conv2d(3, 8, 3, 2, 1, bias=False),
        *norm(8),
        nn.Conv2d(8, 8, 3, 1, 1, groups=8, bias=False),
        *norm(8),
        nn.Conv2d(8, 16, 1, bias=False),
        *norm(16),
        nn.Conv2d(16, 16, 3, 2, 1, groups=16, bias=False),
        *norm(16),
        nn.Conv2d(16, 32, 1, bias=False),
        *norm(32),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(32, 10),
    )


MODEL = RealModel(SPEC, build)

"""GhostNet's bottleneck: half of the channels are cheap copies of the others (Han et al. 2020)."""

from typing import Any

from tests.models.real_model import RealModel

SPEC = """
input: [12, 10, 14]
defaults: {preset: torch, use_bias: false}
layers:
  - type: residual
    layers:
      - type: repeat
        over: [{filters: 36, act: relu}, {filters: 15, act: linear}]
        name: ghost{i}
        start: 1
        layers:
          - {name: primary_conv.0, type: conv2d, filters: "${(filters + 1) // 2}", kernel_size: 1}
          - {name: primary_conv.1, type: batch_norm, activation: "${act}"}
          - {name: cheap_operation.0, type: depthwise_conv2d, kernel_size: 3, padding: 1}
          - {name: cheap_operation.1, type: batch_norm, activation: "${act}"}
          - {name: both, type: concat, from: [primary_conv.1, cheap_operation.1]}
          - {name: out, type: slice, stop: "${filters}"}
    shortcut:
      - {name: shortcut.0, type: depthwise_conv2d, kernel_size: 3, padding: 1}
      - {name: shortcut.1, type: batch_norm}
      - {name: shortcut.2, type: conv2d, filters: 15, kernel_size: 1}
      - {name: shortcut.3, type: batch_norm}
"""


def build(torch: Any) -> Any:
    """Return the modules by name; of the second ghost module one of sixteen channels is dropped."""
    nn = torch.nn

    def normed(*convolutions: Any) -> Any:
        return nn.Sequential(
            *(layer for conv in convolutions for layer in (conv, nn.BatchNorm2d(conv.out_channels)))
        )

    def ghost(inputs: int, half: int) -> Any:
        cheap = nn.Conv2d(half, half, 3, padding=1, groups=half, bias=False)
        primary = nn.Conv2d(inputs, half, 1, bias=False)
        return nn.ModuleDict({"primary_conv": normed(primary), "cheap_operation": normed(cheap)})

    shortcut = nn.Conv2d(12, 12, 3, padding=1, groups=12, bias=False), nn.Conv2d(12, 15, 1, bias=False)
    return nn.ModuleDict({"ghost1": ghost(12, 18), "ghost2": ghost(36, 8), "shortcut": normed(*shortcut)})


def call(model: Any, x: Any) -> Any:
    """Return the map of the block."""
    import torch

    first = model["ghost1"]["primary_conv"](x).relu()
    y = torch.cat([first, model["ghost1"]["cheap_operation"](first).relu()], 1)
    second = model["ghost2"]["primary_conv"](y)
    y = torch.cat([second, model["ghost2"]["cheap_operation"](second)], 1)[:, :15]
    return y + model["shortcut"](x)


MODEL = RealModel(SPEC, build, call)

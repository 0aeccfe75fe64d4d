"""CBAM: one network for the mean and the maximum of each channel, then attention over places (Woo et al. 2018)."""

from typing import Any

from tests.models.real_model import RealModel

SPEC = """
input: [16, 12, 10]
vars: {c: 16}
defaults: {preset: torch}
layers:
  - {name: conv, type: conv2d, filters: "${c}", kernel_size: 3, padding: 1, use_bias: false}
  - {name: bn, type: batch_norm}
  - {name: average, type: mean, axis: [1, 2]}
  - type: group
    name: mlp
    layers:
      - {name: "0", type: dense, units: "${c // 4}", activation: relu}
      - {name: "2", type: dense, units: "${c}"}
  - {name: largest, type: max, axis: [1, 2], from: bn}
  - {type: group, name: again, tied_to: mlp, tied: omit}
  - {type: add, from: [mlp, again], activation: sigmoid}
  - {name: channels, type: reshape, shape: ["${c}", 1, 1]}
  - {name: refined, type: multiply, from: [bn, channels]}
  - {name: places, type: mean, axis: 0, keep: true}
  - {name: tops, type: max, axis: 0, keep: true, from: refined}
  - {name: both, type: concat, from: [places, tops]}
  - {name: spatial.0, type: conv2d, filters: 1, kernel_size: 7, padding: 3, use_bias: false}
  - {name: spatial.1, type: batch_norm, activation: sigmoid}
  - {name: attended, type: multiply, from: [refined, spatial.1]}
  - {name: out, type: add, from: [attended, input], activation: relu}
"""


def build(torch: Any) -> Any:
    """Return the modules by name."""
    nn = torch.nn
    return nn.ModuleDict(
        {
            "conv": nn.Conv2d(16, 16, 3, padding=1, bias=False),
            "bn": nn.BatchNorm2d(16),
            "mlp": nn.Sequential(nn.Linear(16, 4), nn.ReLU(), nn.Linear(4, 16)),
            "spatial": nn.Sequential(nn.Conv2d(2, 1, 7, padding=3, bias=False), nn.BatchNorm2d(1)),
        }
    )


def call(model: Any, x: Any) -> Any:
    """Return the map of the block."""
    import torch

    y = model["bn"](model["conv"](x))
    y = y * (model["mlp"](y.mean((2, 3))) + model["mlp"](y.amax((2, 3)))).sigmoid()[:, :, None, None]
    both = torch.cat([y.mean(1, keepdim=True), y.amax(1, keepdim=True)], 1)
    return (x + y * model["spatial"](both).sigmoid()).relu()


MODEL = RealModel(SPEC, build, call)

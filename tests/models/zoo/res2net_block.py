"""Res2Net's block: each part of the channels also takes what was made of the part before (Gao et al. 2021)."""

from typing import Any

from tests.models.real_model import RealModel

SPEC = """
input: [20, 9, 12]
vars: {width: 6, scales: 4}
defaults: {preset: torch, use_bias: false}
layers:
  - type: residual
    activation: relu
    layers:
      - {name: conv1, type: conv2d, filters: "${width * scales}", kernel_size: 1}
      - {name: bn1, type: batch_norm, activation: relu}
      - {name: parts, type: split, parts: "${scales}"}
      - type: repeat
        times: ${scales - 1}
        from: parts.0
        layers:
          - {name: "sum{i}", type: add, from: ["bns.${i - 1}", "parts.${i}"], when: "${i > 0}"}
          - {name: "convs.{i}", type: conv2d, filters: "${width}", kernel_size: 3, padding: 1}
          - {name: "bns.{i}", type: batch_norm, activation: relu}
      - {name: all, type: concat, from: [bns.0, bns.1, bns.2, parts.3]}
      - {name: conv3, type: conv2d, filters: 20, kernel_size: 1}
      - {name: bn3, type: batch_norm}
"""


def build(torch: Any) -> Any:
    """Return the modules by name."""
    nn = torch.nn
    return nn.ModuleDict(
        {
            "conv1": nn.Conv2d(20, 24, 1, bias=False),
            "bn1": nn.BatchNorm2d(24),
            "convs": nn.ModuleList([nn.Conv2d(6, 6, 3, padding=1, bias=False) for _ in range(3)]),
            "bns": nn.ModuleList([nn.BatchNorm2d(6) for _ in range(3)]),
            "conv3": nn.Conv2d(24, 20, 1, bias=False),
            "bn3": nn.BatchNorm2d(20),
        }
    )


def call(model: Any, x: Any) -> Any:
    """Return the map of the block."""
    import torch

    parts = model["bn1"](model["conv1"](x)).relu().chunk(4, 1)
    made: list[Any] = []
    for part, conv, norm in zip(parts[:3], model["convs"], model["bns"], strict=True):
        made.append(norm(conv(part + made[-1] if made else part)).relu())
    return (x + model["bn3"](model["conv3"](torch.cat([*made, parts[3]], 1)))).relu()


MODEL = RealModel(SPEC, build, call)

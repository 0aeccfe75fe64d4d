"""A temporal convolutional network: dilated residual blocks."""

from typing import Any

from tests.models.real_model import RealModel

SPEC = """
input: [6, 30]
defaults: {preset: torch}
layers:
  - type: residual
    name: "0"
    activation: relu
    layers:
      - {name: conv1, type: conv1d, filters: 10, kernel_size: 3, padding: 1, activation: relu}
      - {name: conv2, type: conv1d, filters: 10, kernel_size: 3, padding: 1}
    shortcut: [{name: match, type: conv1d, filters: 10, kernel_size: 1}]
  - type: residual
    name: "1"
    activation: relu
    layers:
      - {name: conv1, type: conv1d, filters: 10, kernel_size: 3, padding: 2, dilation: 2, activation: relu}
      - {name: conv2, type: conv1d, filters: 10, kernel_size: 3, padding: 4, dilation: 4}
"""


def build(torch: Any) -> Any:
    """Return the two blocks."""
    nn = torch.nn
    first = {
        "conv1": nn.Conv1d(6, 10, 3, padding=1),
        "conv2": nn.Conv1d(10, 10, 3, padding=1),
        "match": nn.Conv1d(6, 10, 1),
    }
    second = {
        "conv1": nn.Conv1d(10, 10, 3, padding=2, dilation=2),
        "conv2": nn.Conv1d(10, 10, 3, padding=4, dilation=4),
    }
    return nn.ModuleList([nn.ModuleDict(first), nn.ModuleDict(second)])


def call(model: Any, x: Any) -> Any:
    """Return the channels at all positions."""
    for block in model:
        past = block["match"](x) if "match" in block else x
        x = (block["conv2"](block["conv1"](x).relu()) + past).relu()
    return x


MODEL = RealModel(SPEC, build, call)

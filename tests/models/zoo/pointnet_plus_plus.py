"""PointNet++'s set abstraction: a network for each point of a group, and the maximum of the group (Qi et al. 2017)."""

from typing import Any

from tests.models.real_model import RealModel

SPEC = """
input: [6, 5, 8]
defaults: {preset: torch}
layers:
  - type: repeat
    over: [16, 20, 28]
    as: width
    layers:
      - {name: "mlp_convs.{i}", type: conv2d, filters: "${width}", kernel_size: 1}
      - {name: "mlp_bns.{i}", type: batch_norm, activation: relu}
  - {name: groups, type: max, axis: 1}
  - {name: sa.conv, type: conv1d, filters: 40, kernel_size: 1}
  - {name: sa.bn, type: batch_norm, activation: relu}
  - {name: all, type: max, axis: 1}
  - {name: fc1, type: dense, units: 24}
  - {name: bn1, type: batch_norm, activation: relu}
  - {type: dropout, rate: 0.4}
  - {name: fc2, type: dense, units: 9}
"""


def build(torch: Any) -> Any:
    """Return the modules by name; the input has a point's 6 numbers, 5 points in a group, 8 groups."""
    nn = torch.nn
    widths = [6, 16, 20, 28]
    return nn.ModuleDict(
        {
            "mlp_convs": nn.ModuleList([nn.Conv2d(widths[i], widths[i + 1], 1) for i in range(3)]),
            "mlp_bns": nn.ModuleList([nn.BatchNorm2d(width) for width in widths[1:]]),
            "sa": nn.ModuleDict({"conv": nn.Conv1d(28, 40, 1), "bn": nn.BatchNorm1d(40)}),
            "fc1": nn.Linear(40, 24),
            "bn1": nn.BatchNorm1d(24),
            "fc2": nn.Linear(24, 9),
        }
    )


def call(model: Any, x: Any) -> Any:
    """Return the scores of each class."""
    for conv, norm in zip(model["mlp_convs"], model["mlp_bns"], strict=True):
        x = norm(conv(x)).relu()
    x = model["sa"]["bn"](model["sa"]["conv"](x.amax(2))).relu().amax(2)
    return model["fc2"](model["bn1"](model["fc1"](x)).relu())


MODEL = RealModel(SPEC, build, call)

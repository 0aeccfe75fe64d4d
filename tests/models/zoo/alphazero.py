"""Residual convolutions with a policy and a value (Silver et al. 2018)."""

from typing import Any

from tests.models.real_model import RealModel

SPEC = """
input: [17, 8, 8]
defaults: {preset: torch, use_bias: false}
layers:
  - {name: stem, type: conv2d, filters: 32, kernel_size: 3, padding: 1}
  - {name: stem_norm, type: batch_norm, activation: relu}
  - type: repeat
    times: 3
    name: "tower.{i}"
    layers:
      - type: residual
        activation: relu
        layers:
          - {name: conv1, type: conv2d, filters: 32, kernel_size: 3, padding: 1}
          - {name: norm1, type: batch_norm, activation: relu}
          - {name: conv2, type: conv2d, filters: 32, kernel_size: 3, padding: 1}
          - {name: norm2, type: batch_norm}
  - {name: board, type: dropout, rate: 0}
  - {name: policy_conv, type: conv2d, filters: 2, kernel_size: 1}
  - {name: policy_norm, type: batch_norm, activation: relu}
  - {type: flatten}
  - {name: policy, type: dense, units: 65, use_bias: true}
  - {name: value_conv, type: conv2d, filters: 1, kernel_size: 1, from: board}
  - {name: value_norm, type: batch_norm, activation: relu}
  - {type: flatten}
  - {name: value1, type: dense, units: 24, use_bias: true, activation: relu}
  - {name: value2, type: dense, units: 1, use_bias: true, activation: tanh}
outputs: {policy: policy, value: value2}
"""


def build(torch: Any) -> Any:
    """Return the modules by name."""
    nn = torch.nn

    def block() -> Any:
        made: dict[str, Any] = {}
        for number in (1, 2):
            made[f"conv{number}"] = nn.Conv2d(32, 32, 3, padding=1, bias=False)
            made[f"norm{number}"] = nn.BatchNorm2d(32)
        return nn.ModuleDict(made)

    return nn.ModuleDict(
        {
            "stem": nn.Conv2d(17, 32, 3, padding=1, bias=False),
            "stem_norm": nn.BatchNorm2d(32),
            "tower": nn.ModuleList([block() for _ in range(3)]),
            "policy_conv": nn.Conv2d(32, 2, 1, bias=False),
            "policy_norm": nn.BatchNorm2d(2),
            "policy": nn.Linear(128, 65),
            "value_conv": nn.Conv2d(32, 1, 1, bias=False),
            "value_norm": nn.BatchNorm2d(1),
            "value1": nn.Linear(64, 24),
            "value2": nn.Linear(24, 1),
        }
    )


def call(model: Any, board: Any) -> Any:
    """Return the policy and the value."""
    x = model["stem_norm"](model["stem"](board)).relu()
    for block in model["tower"]:
        inner = block["norm1"](block["conv1"](x)).relu()
        x = (block["norm2"](block["conv2"](inner)) + x).relu()
    policy = model["policy_norm"](model["policy_conv"](x)).relu().flatten(1)
    value = model["value_norm"](model["value_conv"](x)).relu().flatten(1)
    return model["policy"](policy), model["value2"](model["value1"](value).relu()).tanh()


MODEL = RealModel(SPEC, build, call)

"""The projection head of SimCLR, with a batch norm that has no scale at its end (Chen et al. 2020)."""

from typing import Any

from tests.models.real_model import RealModel

SPEC = """
input: 64
defaults: {preset: torch, use_bias: false}
layers:
  - {name: "0", type: dense, units: 64}
  - {name: "1", type: batch_norm, activation: relu}
  - {name: "3", type: dense, units: 16}
  - {name: "4", type: batch_norm, affine: false}
"""


def build(torch: Any) -> Any:
    """Return the head as a sequence."""
    nn = torch.nn
    return nn.Sequential(
        nn.Linear(64, 64, bias=False),
        nn.BatchNorm1d(64),
        nn.ReLU(),
        nn.Linear(64, 16, bias=False),
        nn.BatchNorm1d(16, affine=False),
    )


MODEL = RealModel(SPEC, build)

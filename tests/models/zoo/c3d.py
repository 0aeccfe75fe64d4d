"""Convolutions over a video (Tran et al. 2015)."""

from typing import Any

from tests.models.real_model import RealModel

SPEC = """
input: [3, 8, 20, 24]
defaults: {preset: torch}
layers:
  - {name: "0", type: conv3d, filters: 8, kernel_size: 3, padding: 1, activation: relu}
  - {type: max_pool3d, pool_size: [1, 2, 2]}
  - {name: "3", type: conv3d, filters: 16, kernel_size: [3, 1, 5], padding: [1, 0, 2], activation: relu}
  - {type: max_pool3d, pool_size: 2}
  - {type: flatten}
  - {name: "7", type: dense, units: 7}
"""


def build(torch: Any) -> Any:
    """Return the layers as a sequence."""
    nn = torch.nn
    return nn.Sequential(
        nn.Conv3d(3, 8, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool3d((1, 2, 2)),
        nn.Conv3d(8, 16, (3, 1, 5), padding=(1, 0, 2)),
        nn.ReLU(),
        nn.MaxPool3d(2),
        nn.Flatten(),
        nn.Linear(1920, 7),
    )


MODEL = RealModel(SPEC, build)

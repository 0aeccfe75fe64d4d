"""PointNet without its transforms: the same network for each point, and the largest of all (Qi et al. 2017)."""

from typing import Any

from tests.models.real_model import RealModel

SPEC = """
input: [3, 50]
defaults: {preset: torch}
layers:
  - {name: points.0, type: conv1d, filters: 32, kernel_size: 1}
  - {name: points.1, type: batch_norm, activation: relu}
  - {name: points.3, type: conv1d, filters: 64, kernel_size: 1}
  - {name: points.4, type: batch_norm, activation: relu}
  - {type: max_pool1d, pool_size: 50}
  - {type: flatten}
  - {name: head.0, type: dense, units: 24}
  - {name: head.1, type: batch_norm, activation: relu}
  - {name: head.3, type: dense, units: 10}
"""


def build(torch: Any) -> Any:
    """Return the modules by name."""
    nn = torch.nn
    return nn.ModuleDict(
        {
            "points": nn.Sequential(
                nn.Conv1d(3, 32, 1),
                nn.BatchNorm1d(32),
                nn.ReLU(),
                nn.Conv1d(32, 64, 1),
                nn.BatchNorm1d(64),
                nn.ReLU(),
            ),
            "head": nn.Sequential(nn.Linear(64, 24), nn.BatchNorm1d(24), nn.ReLU(), nn.Linear(24, 10)),
        }
    )


def call(model: Any, points: Any) -> Any:
    """Return the scores of each class."""
    return model["head"](model["points"](points).amax(-1))


MODEL = RealModel(SPEC, build, call)

"""The network that learned to play Atari (Mnih et al. 2015)."""

from typing import Any

from tests.models.real_model import RealModel

SPEC = """
input: [4, 84, 84]
defaults: {preset: torch}
layers:
  - {name: "0", type: conv2d, filters: 32, kernel_size: 8, strides: 4, activation: relu}
  - {name: "2", type: conv2d, filters: 64, kernel_size: 4, strides: 2, activation: relu}
  - {name: "4", type: conv2d, filters: 64, kernel_size: 3, activation: relu}
  - {type: flatten}
  - {name: "7", type: dense, units: 512, activation: relu}
  - {name: "9", type: dense, units: 18}
"""


def build(torch: Any) -> Any:
    """Return the layers as a sequence."""
    nn = torch.nn
    return nn.Sequential(
        nn.Conv2d(4, 32, 8, 4),
        nn.ReLU(),
        nn.Conv2d(32, 64, 4, 2),
        nn.ReLU(),
        nn.Conv2d(64, 64, 3),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(3136, 512),
        nn.ReLU(),
        nn.Linear(512, 18),
    )


MODEL = RealModel(SPEC, build)

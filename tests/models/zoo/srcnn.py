"""SRCNN for super-resolution, drawn as in the paper (Dong et al. 2016)."""

from typing import Any

from tests.models.real_model import RealModel

SPEC = """
input: [1, 33, 37]
defaults: {init: {scheme: normal, std: 0.001}, bias_init: zeros}
layers:
  - {name: "0", type: conv2d, filters: 64, kernel_size: 9, padding: 4, activation: relu}
  - {name: "2", type: conv2d, filters: 32, kernel_size: 1, activation: relu}
  - {name: "4", type: conv2d, filters: 1, kernel_size: 5, padding: 2}
"""


def build(torch: Any) -> Any:
    """Return the three convolutions."""
    nn = torch.nn
    model = nn.Sequential(
        nn.Conv2d(1, 64, 9, padding=4),
        nn.ReLU(),
        nn.Conv2d(64, 32, 1),
        nn.ReLU(),
        nn.Conv2d(32, 1, 5, padding=2),
    )
    for parameter in model.parameters():
        nn.init.normal_(parameter, std=0.001) if parameter.ndim > 1 else nn.init.zeros_(parameter)
    return model


MODEL = RealModel(SPEC, build)

"""ESPCN: convolutions at the low resolution, whose channels become pixels (Shi et al. 2016)."""

from typing import Any

from tests.models.real_model import RealModel

SPEC = """
input: [1, 11, 14]
defaults: {preset: torch}
layers:
  - {name: "0", type: conv2d, filters: 16, kernel_size: 5, padding: 2, activation: tanh}
  - {name: "2", type: conv2d, filters: 8, kernel_size: 3, padding: 1, activation: tanh}
  - {name: "4", type: conv2d, filters: 9, kernel_size: 3, padding: 1}
  - {type: pixel_shuffle, factor: 3}
"""


def build(torch: Any) -> Any:
    """Return the network with a third of its filters, for a factor of three."""
    nn = torch.nn
    return nn.Sequential(
        nn.Conv2d(1, 16, 5, padding=2),
        nn.Tanh(),
        nn.Conv2d(16, 8, 3, padding=1),
        nn.Tanh(),
        nn.Conv2d(8, 9, 3, padding=1),
        nn.PixelShuffle(3),
    )


MODEL = RealModel(SPEC, build)

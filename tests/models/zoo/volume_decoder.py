"""Transposed convolutions over a volume, in groups, with group norms."""

from typing import Any

from tests.models.real_model import RealModel

SPEC = """
input: [12, 3, 4, 5]
defaults: {preset: torch}
layers:
  - {name: "0", type: conv3d_transpose, filters: 24, kernel_size: 3, strides: 2, padding: 1, output_padding: 1, groups: 4}
  - {name: "1", type: group_norm, groups: 6, activation: relu}
  - {name: "3", type: conv3d_transpose, filters: 2, kernel_size: [2, 3, 4], padding: 0}
"""


def build(torch: Any) -> Any:
    """Return the decoder as a sequence."""
    nn = torch.nn
    return nn.Sequential(
        nn.ConvTranspose3d(12, 24, 3, stride=2, padding=1, output_padding=1, groups=4),
        nn.GroupNorm(6, 24),
        nn.ReLU(),
        nn.ConvTranspose3d(24, 2, (2, 3, 4)),
    )


MODEL = RealModel(SPEC, build)

"""An autoencoder of convolutions and transposed ones."""

from collections import OrderedDict
from typing import Any

from tests.models.real_model import RealModel

SPEC = """
input: [1, 28, 28]
defaults: {preset: torch}
layers:
  - {name: encoder.0, type: conv2d, filters: 16, kernel_size: 3, strides: 2, padding: 1, activation: relu}
  - {name: encoder.2, type: conv2d, filters: 32, kernel_size: 3, strides: 2, padding: 1, activation: relu}
  - {type: flatten}
  - {name: encoder.5, type: dense, units: 20}
  - {name: decoder.0, type: dense, units: 1568, activation: relu}
  - {type: reshape, shape: [32, 7, 7]}
  - {name: decoder.3, type: conv2d_transpose, filters: 16, kernel_size: 3, strides: 2, padding: 1, output_padding: 1, activation: relu}
  - {name: decoder.5, type: conv2d_transpose, filters: 1, kernel_size: 4, strides: 2, padding: 1, activation: sigmoid}
"""


def build(torch: Any) -> Any:
    """Return encoder and decoder."""
    nn = torch.nn
    encoder = nn.Sequential(
        nn.Conv2d(1, 16, 3, 2, 1),
        nn.ReLU(),
        nn.Conv2d(16, 32, 3, 2, 1),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(1568, 20),
    )
    decoder = nn.Sequential(
        nn.Linear(20, 1568),
        nn.ReLU(),
        nn.Unflatten(1, (32, 7, 7)),
        nn.ConvTranspose2d(32, 16, 3, 2, 1, output_padding=1),
        nn.ReLU(),
        nn.ConvTranspose2d(16, 1, 4, 2, 1),
        nn.Sigmoid(),
    )
    return nn.Sequential(OrderedDict(encoder=encoder, decoder=decoder))


MODEL = RealModel(SPEC, build)

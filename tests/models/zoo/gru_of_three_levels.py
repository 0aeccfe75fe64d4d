"""Three levels of a GRU in both directions."""

from typing import Any

from tests.models.real_model import RealModel

SPEC = """
input: [9, 16]
defaults: {preset: torch}
layers:
  - {name: gru, type: gru, units: 24, num_layers: 3, bidirectional: true, return_sequences: true}
"""


def build(torch: Any) -> Any:
    """Return PyTorch's GRU in a module of its own."""
    return torch.nn.ModuleDict({"gru": torch.nn.GRU(16, 24, 3, bidirectional=True, batch_first=True)})


def call(model: Any, x: Any) -> Any:
    """Return the outputs of all positions."""
    return model["gru"](x)[0]


MODEL = RealModel(SPEC, build, call)

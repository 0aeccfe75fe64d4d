"""A speech model with projected LSTMs (Sak, Senior & Beaufays 2014)."""

from typing import Any

from tests.models.real_model import RealModel

SPEC = """
input: [13, 20]
defaults: {preset: torch}
layers:
  - {name: memory, type: lstm, units: 48, projection: 16, num_layers: 2, bidirectional: true, return_sequences: true}
  - {name: phones, type: dense, units: 9}
"""


def build(torch: Any) -> Any:
    """Return the modules by name."""
    nn = torch.nn
    return nn.ModuleDict(
        {
            "memory": nn.LSTM(20, 48, 2, bidirectional=True, batch_first=True, proj_size=16),
            "phones": nn.Linear(32, 9),
        }
    )


def call(model: Any, x: Any) -> Any:
    """Return the scores of each phone at each position."""
    return model["phones"](model["memory"](x)[0])


MODEL = RealModel(SPEC, build, call)

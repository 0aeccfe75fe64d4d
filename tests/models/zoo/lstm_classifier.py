"""A sentence classifier on the last states of an LSTM in both directions."""

from typing import Any

from tests.models.real_model import RealModel

SPEC = """
input: {tokens: 11}
defaults: {preset: torch}
layers:
  - {name: words, type: embedding, count: 500, dim: 30, padding_index: 0}
  - {name: memory, type: lstm, units: 26, num_layers: 2, bidirectional: true}
  - {name: head, type: dense, units: 4}
"""


def build(torch: Any) -> Any:
    """Return the modules by name."""
    nn = torch.nn
    return nn.ModuleDict(
        {
            "words": nn.Embedding(500, 30, padding_idx=0),
            "memory": nn.LSTM(30, 26, 2, bidirectional=True, batch_first=True),
            "head": nn.Linear(52, 4),
        }
    )


def call(model: Any, tokens: Any) -> Any:
    """Return the scores of each class."""
    last = model["memory"](model["words"](tokens))[1][0]
    return model["head"](last[-2:].transpose(0, 1).flatten(1))


MODEL = RealModel(SPEC, build, call)

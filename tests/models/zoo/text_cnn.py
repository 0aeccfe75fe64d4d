"""TextCNN: convolutions of several widths over words (Kim 2014)."""

from typing import Any

from tests.models.real_model import RealModel

SPEC = """
input: {tokens: 15}
defaults: {preset: torch}
layers:
  - {name: words, type: embedding, count: 400, dim: 24}
  - {name: channels, type: permute, axes: [1, 0]}
  - {name: convs.0, type: conv1d, filters: 10, kernel_size: 3, activation: relu, from: channels}
  - {type: max_pool1d, pool_size: 13}
  - {name: pool0, type: flatten}
  - {name: convs.1, type: conv1d, filters: 10, kernel_size: 4, activation: relu, from: channels}
  - {type: max_pool1d, pool_size: 12}
  - {name: pool1, type: flatten}
  - {name: convs.2, type: conv1d, filters: 10, kernel_size: 5, activation: relu, from: channels}
  - {type: max_pool1d, pool_size: 11}
  - {name: pool2, type: flatten}
  - {type: concat, from: [pool0, pool1, pool2]}
  - {name: head, type: dense, units: 2}
"""


def build(torch: Any) -> Any:
    """Return the modules by name."""
    nn = torch.nn
    return nn.ModuleDict(
        {
            "words": nn.Embedding(400, 24),
            "convs": nn.ModuleList([nn.Conv1d(24, 10, k) for k in (3, 4, 5)]),
            "head": nn.Linear(30, 2),
        }
    )


def call(model: Any, tokens: Any) -> Any:
    """Return the scores of each class."""
    import torch

    channels = model["words"](tokens).transpose(1, 2)
    return model["head"](torch.cat([conv(channels).relu().amax(-1) for conv in model["convs"]], 1))


MODEL = RealModel(SPEC, build, call)

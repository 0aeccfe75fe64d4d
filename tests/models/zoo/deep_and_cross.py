"""Deep & Cross: products with the input beside a deep network, over numbers and words (Wang et al. 2021)."""

from typing import Any

from tests.models.real_model import RealModel

SPEC = """
input: {numbers: 6, words: {tokens: 3}}
defaults: {preset: torch}
layers:
  - {name: words_table, type: embedding, count: 90, dim: 8, from: words}
  - {name: flat, type: flatten}
  - {name: x, type: concat, from: [numbers, flat]}
  - {name: cross.0, type: dense, units: 30}
  - {name: product0, type: multiply, from: [x, cross.0]}
  - {name: x1, type: add, from: [product0, x]}
  - {name: cross.1, type: dense, units: 30}
  - {name: product1, type: multiply, from: [x, cross.1]}
  - {name: x2, type: add, from: [product1, x1]}
  - {name: deep.0, type: dense, units: 50, activation: relu, from: x}
  - {name: deep.1, type: dense, units: 20, activation: relu}
  - {type: concat, from: [x2, deep.1]}
  - {name: head, type: dense, units: 1, activation: sigmoid}
"""


def build(torch: Any) -> Any:
    """Return the modules by name."""
    nn = torch.nn
    return nn.ModuleDict(
        {
            "words_table": nn.Embedding(90, 8),
            "cross": nn.ModuleList([nn.Linear(30, 30), nn.Linear(30, 30)]),
            "deep": nn.ModuleList([nn.Linear(30, 50), nn.Linear(50, 20)]),
            "head": nn.Linear(50, 1),
        }
    )


def call(model: Any, numbers: Any, words: Any) -> Any:
    """Return the probability of a click."""
    import torch

    first = torch.cat([numbers, model["words_table"](words).flatten(1)], 1)
    crossed = deep = first
    for cross in model["cross"]:
        crossed = first * cross(crossed) + crossed
    for dense in model["deep"]:
        deep = dense(deep).relu()
    return model["head"](torch.cat([crossed, deep], 1)).sigmoid()


MODEL = RealModel(SPEC, build, call)

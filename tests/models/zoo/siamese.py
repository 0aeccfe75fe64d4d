"""A siamese network: one network for two inputs, and the product of their outputs."""

from typing import Any

from tests.models.real_model import RealModel

SPEC = """
input: {one: 30, two: 30}
defaults: {preset: torch, use_bias: false}
layers:
  - {name: shared.0, type: dense, units: 40, activation: tanh, from: one}
  - {name: shared.1, type: dense, units: 12}
  - {name: again0, type: dense, units: 40, activation: tanh, from: two, tied_to: shared.0, tied: omit}
  - {name: again1, type: dense, units: 12, tied_to: shared.1, tied: omit}
  - {type: multiply, from: [shared.1, again1]}
  - {name: head, type: dense, units: 1, use_bias: true}
"""


def build(torch: Any) -> Any:
    """Return the modules by name."""
    nn = torch.nn
    return nn.ModuleDict(
        {
            "shared": nn.ModuleList([nn.Linear(30, 40, bias=False), nn.Linear(40, 12, bias=False)]),
            "head": nn.Linear(12, 1),
        }
    )


def call(model: Any, one: Any, two: Any) -> Any:
    """Return how alike the two are."""
    first, second = (model["shared"][1](model["shared"][0](x).tanh()) for x in (one, two))
    return model["head"](first * second)


MODEL = RealModel(SPEC, build, call)

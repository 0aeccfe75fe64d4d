"""A dueling DQN with its target network, which starts as a copy (Mnih et al. 2015, Wang et al. 2016)."""

from typing import Any

from tests.models.real_model import RealModel

SPEC = """
input: {state: [4, 20, 20], next: [4, 20, 20]}
defaults: {preset: torch}
layers:
  - type: group
    name: online
    from: state
    layers:
      - {name: features.0, type: conv2d, filters: 8, kernel_size: 4, strides: 2, activation: relu}
      - {name: features.2, type: conv2d, filters: 12, kernel_size: 3, strides: 2, activation: relu}
      - {name: flat, type: flatten}
      - {name: value, type: dense, units: 1}
      - {name: advantage, type: dense, units: 5, from: flat}
      - {name: mean, type: mean, axis: 0, keep: true}
      - {name: centred, type: subtract, from: [advantage, mean]}
      - {name: q, type: add, from: [value, centred]}
  - {type: group, name: target, tied_to: online, from: next}
"""


def build(torch: Any) -> Any:
    """Return both networks, the target a copy."""
    from copy import deepcopy

    nn = torch.nn
    online = nn.ModuleDict(
        {
            "features": nn.Sequential(nn.Conv2d(4, 8, 4, 2), nn.ReLU(), nn.Conv2d(8, 12, 3, 2), nn.ReLU()),
            "value": nn.Linear(192, 1),
            "advantage": nn.Linear(192, 5),
        }
    )
    return nn.ModuleDict({"online": online, "target": deepcopy(online)})


def call(model: Any, state: Any, following: Any) -> tuple[Any, Any]:
    """Return the values of each action, now and next."""

    def values(network: Any, x: Any) -> Any:
        flat = network["features"](x).flatten(1)
        advantage = network["advantage"](flat)
        return network["value"](flat) + advantage - advantage.mean(1, keepdim=True)

    return values(model["online"], state), values(model["target"], following)


MODEL = RealModel(SPEC, build, call)

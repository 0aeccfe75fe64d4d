"""Deep Sets: the same network for each element, a mean, and another network (Zaheer et al. 2017)."""

from typing import Any

from tests.models.real_model import RealModel

SPEC = """
input: [9, 5]
defaults: {preset: torch}
layers:
  - {name: each.0, type: dense, units: 20, activation: elu}
  - {name: each.2, type: dense, units: 16}
  - {type: permute, axes: [1, 0]}
  - {type: global_avg_pool1d}
  - {name: all.0, type: dense, units: 12, activation: elu}
  - {name: all.2, type: dense, units: 3}
"""


def build(torch: Any) -> Any:
    """Return the modules by name."""
    nn = torch.nn
    return nn.ModuleDict(
        {
            "each": nn.Sequential(nn.Linear(5, 20), nn.ELU(), nn.Linear(20, 16)),
            "all": nn.Sequential(nn.Linear(16, 12), nn.ELU(), nn.Linear(12, 3)),
        }
    )


def call(model: Any, x: Any) -> Any:
    """Return the scores of a set."""
    return model["all"](model["each"](x).mean(1))


MODEL = RealModel(SPEC, build, call)

"""Two convolutional branches whose features a bilinear layer joins (Lin, RoyChowdhury & Maji 2015)."""

from typing import Any

from tests.models.real_model import RealModel

SPEC = """
input: [3, 20, 20]
defaults: {preset: torch}
layers:
  - {name: what, type: conv2d, filters: 14, kernel_size: 3, strides: 2, activation: relu}
  - {name: things, type: global_avg_pool2d}
  - {name: where, type: conv2d, filters: 10, kernel_size: 5, strides: 3, activation: relu, from: input}
  - {name: places, type: global_avg_pool2d}
  - {name: form, type: bilinear, from: things, other: places, units: 8}
"""


def build(torch: Any) -> Any:
    """Return the modules by name."""
    nn = torch.nn
    return nn.ModuleDict(
        {
            "what": nn.Conv2d(3, 14, 3, 2),
            "where": nn.Conv2d(3, 10, 5, 3),
            "form": nn.Bilinear(14, 10, 8),
        }
    )


def call(model: Any, image: Any) -> Any:
    """Return the scores of each class."""
    things, places = (model[name](image).relu().mean((2, 3)) for name in ("what", "where"))
    return model["form"](things, places)


MODEL = RealModel(SPEC, build, call)

"""Gated, dilated convolutions over a sequence, with skips to the output (van den Oord et al. 2016)."""

from typing import Any

from tests.models.real_model import RealModel

SPEC = """
input: [12, 40]
defaults: {preset: torch}
layers:
  - {name: first, type: conv1d, filters: 16, kernel_size: 1}
  - type: repeat
    times: 4
    name: "blocks.{i}"
    layers:
      - {name: filter, type: conv1d, filters: 16, kernel_size: 3, dilation: "${2 ** i}", padding: same, activation: tanh}
      - {name: gate, type: conv1d, filters: 16, kernel_size: 3, dilation: "${2 ** i}", padding: same, activation: sigmoid, from: input}
      - {name: gated, type: multiply, from: [filter, gate]}
      - {name: skip, type: conv1d, filters: 20, kernel_size: 1}
      - {name: back, type: conv1d, filters: 16, kernel_size: 1, from: gated}
      - {name: sum, type: add, from: [back, input]}
  - {name: skips, type: add, activation: relu, from: [blocks.0.skip, blocks.1.skip, blocks.2.skip, blocks.3.skip]}
  - {name: last, type: conv1d, filters: 256, kernel_size: 1}
outputs: {samples: last}
"""


def build(torch: Any) -> Any:
    """Return the modules by name."""
    nn = torch.nn

    def block(dilation: int) -> Any:
        wide = {"kernel_size": 3, "dilation": dilation, "padding": "same"}
        return nn.ModuleDict(
            {
                "filter": nn.Conv1d(16, 16, **wide),
                "gate": nn.Conv1d(16, 16, **wide),
                "skip": nn.Conv1d(16, 20, 1),
                "back": nn.Conv1d(16, 16, 1),
            }
        )

    return nn.ModuleDict(
        {
            "first": nn.Conv1d(12, 16, 1),
            "blocks": nn.ModuleList([block(2**i) for i in range(4)]),
            "last": nn.Conv1d(20, 256, 1),
        }
    )


def call(model: Any, x: Any) -> Any:
    """Return the scores of each value at each position."""
    x, skips = model["first"](x), 0
    for block in model["blocks"]:
        gated = block["filter"](x).tanh() * block["gate"](x).sigmoid()
        skips = skips + block["skip"](gated)
        x = x + block["back"](gated)
    return model["last"](skips.relu())


MODEL = RealModel(SPEC, build, call)

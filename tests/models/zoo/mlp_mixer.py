"""MLP-Mixer: dense layers across patches and across channels (Tolstikhin et al. 2021)."""

from typing import Any

from tests.models.real_model import RealModel

SPEC = """
input: [3, 16, 24]
defaults: {preset: torch}
layers:
  - {name: stem, type: conv2d, filters: 20, kernel_size: 8, strides: 8}
  - {type: reshape, shape: [20, 6]}
  - {type: permute, axes: [1, 0]}
  - type: repeat
    times: 3
    name: "blocks.{i}"
    layers:
      - type: residual
        layers:
          - {name: norm1, type: layer_norm, epsilon: 1.0e-6}
          - {type: permute, axes: [1, 0]}
          - {name: tokens.fc1, type: dense, units: 10, activation: gelu}
          - {name: tokens.fc2, type: dense, units: 6}
          - {type: permute, axes: [1, 0]}
      - type: residual
        layers:
          - {name: norm2, type: layer_norm, epsilon: 1.0e-6}
          - {name: channels.fc1, type: dense, units: 80, activation: gelu}
          - {name: channels.fc2, type: dense, units: 20}
  - {name: norm, type: layer_norm, epsilon: 1.0e-6}
  - {type: permute, axes: [1, 0]}
  - {type: global_avg_pool1d}
  - {name: head, type: dense, units: 11}
"""


def build(torch: Any) -> Any:
    """Return the Mixer of the paper at a small size."""
    nn = torch.nn

    def mlp(size: int, inside: int) -> Any:
        return nn.ModuleDict({"fc1": nn.Linear(size, inside), "fc2": nn.Linear(inside, size)})

    block = {
        "norm1": lambda: nn.LayerNorm(20, eps=1e-6),
        "tokens": lambda: mlp(6, 10),
        "norm2": lambda: nn.LayerNorm(20, eps=1e-6),
        "channels": lambda: mlp(20, 80),
    }
    blocks = [nn.ModuleDict({name: make() for name, make in block.items()}) for _ in range(3)]
    return nn.ModuleDict(
        {
            "stem": nn.Conv2d(3, 20, 8, 8),
            "blocks": nn.ModuleList(blocks),
            "norm": nn.LayerNorm(20, eps=1e-6),
            "head": nn.Linear(20, 11),
        }
    )


def call(model: Any, image: Any) -> Any:
    """Return the scores of each class."""
    from torch.nn.functional import gelu

    x = model["stem"](image).flatten(2).transpose(1, 2)
    for block in model["blocks"]:
        tokens = block["norm1"](x).transpose(1, 2)
        x = x + block["tokens"]["fc2"](gelu(block["tokens"]["fc1"](tokens))).transpose(1, 2)
        x = x + block["channels"]["fc2"](gelu(block["channels"]["fc1"](block["norm2"](x))))
    return model["head"](model["norm"](x).mean(1))


MODEL = RealModel(SPEC, build, call)

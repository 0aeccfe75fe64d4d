"""FiLM: a question scales and shifts the channels of a block that looks at an image (Perez et al. 2018)."""

from typing import Any

from tests.models.real_model import RealModel

SPEC = """
input: {image: [3, 10, 12], question: {tokens: 7}}
vars: {c: 16}
defaults: {preset: torch}
layers:
  - {name: stem, type: conv2d, filters: "${c}", kernel_size: 3, padding: 1, activation: relu, from: image}
  - {name: words, type: embedding, count: 40, dim: 10, from: question}
  - {name: reader, type: gru, units: 20}
  - {name: film, type: dense, units: "${4 * c}"}
  - {type: reshape, shape: ["${4 * c}", 1, 1]}
  - {name: by, type: split, parts: 4}
  - type: repeat
    times: 2
    name: blocks.{i}
    from: stem
    layers:
      - {name: conv1, type: conv2d, filters: "${c}", kernel_size: 1, activation: relu}
      - type: residual
        layers:
          - {name: conv2, type: conv2d, filters: "${c}", kernel_size: 3, padding: 1}
          - {name: bn, type: batch_norm, affine: false}
          - {type: multiply, from: [bn, "by.${2 * i}"]}
          - {type: add, from: [multiply_0, "by.${2 * i + 1}"], activation: relu}
  - {type: global_avg_pool2d}
  - {name: head, type: dense, units: 5}
"""


def build(torch: Any) -> Any:
    """Return the modules by name."""
    nn = torch.nn

    def block() -> Any:
        convolutions = {"conv1": nn.Conv2d(16, 16, 1), "conv2": nn.Conv2d(16, 16, 3, padding=1)}
        return nn.ModuleDict({**convolutions, "bn": nn.BatchNorm2d(16, affine=False)})

    return nn.ModuleDict(
        {
            "stem": nn.Conv2d(3, 16, 3, padding=1),
            "words": nn.Embedding(40, 10),
            "reader": nn.GRU(10, 20, batch_first=True),
            "film": nn.Linear(20, 64),
            "blocks": nn.ModuleList([block(), block()]),
            "head": nn.Linear(16, 5),
        }
    )


def call(model: Any, image: Any, question: Any) -> Any:
    """Return the scores of the answers."""
    _, state = model["reader"](model["words"](question))
    by = model["film"](state[-1])[:, :, None, None].chunk(4, 1)
    x = model["stem"](image).relu()
    for i, block in enumerate(model["blocks"]):
        x = block["conv1"](x).relu()
        x = x + (by[2 * i] * block["bn"](block["conv2"](x)) + by[2 * i + 1]).relu()
    return model["head"](x.mean((2, 3)))


MODEL = RealModel(SPEC, build, call)

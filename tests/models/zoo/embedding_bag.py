"""A classifier on the mean of the words' vectors, as in fastText (Joulin et al. 2016)."""

from typing import Any

from tests.models.real_model import RealModel

SPEC = """
input: {tokens: 12}
defaults: {preset: torch}
layers:
  - {name: words, type: embedding, count: 700, dim: 40}
  - {type: permute, axes: [1, 0]}
  - {type: global_avg_pool1d}
  - {name: head, type: dense, units: 5}
"""


def build(torch: Any) -> Any:
    """Return the modules by name."""
    return torch.nn.ModuleDict({"words": torch.nn.EmbeddingBag(700, 40), "head": torch.nn.Linear(40, 5)})


def call(model: Any, tokens: Any) -> Any:
    """Return the scores of each class."""
    return model["head"](model["words"](tokens))


MODEL = RealModel(SPEC, build, call)

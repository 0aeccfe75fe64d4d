"""DLRM: a network for numbers, tables for categories, and the products of each pair of vectors (Naumov et al. 2019)."""

from typing import Any

from tests.models.real_model import RealModel

SPEC = """
input: {numbers: 13, user: {tokens: 1}, item: {tokens: 1}}
vars: {d: 8}
defaults: {init: xavier, distribution: normal}
rules:
  - {match: "emb_l.0/*", init: {scheme: uniform, low: "${-1 / sqrt(50)}", high: "${1 / sqrt(50)}"}}
  - {match: "emb_l.1/*", init: {scheme: uniform, low: "${-1 / sqrt(90)}", high: "${1 / sqrt(90)}"}}
  - {match: "*_l.*/bias", init: {scheme: variance_scaling, mode: fan_out}}
layers:
  - {name: bot_l.0, type: dense, units: 20, activation: relu, from: numbers}
  - {name: bot_l.2, type: dense, units: "${d}", activation: relu}
  - {name: emb_l.0, type: embedding, count: 50, dim: "${d}", from: user}
  - {name: emb_l.1, type: embedding, count: 90, dim: "${d}", from: item}
  - {name: user_vector, type: select, index: 0, from: emb_l.0}
  - {name: item_vector, type: select, index: 0, from: emb_l.1}
  - {name: pairs.0, type: multiply, from: [user_vector, bot_l.2]}
  - {name: pairs.1, type: multiply, from: [item_vector, bot_l.2]}
  - {name: pairs.2, type: multiply, from: [item_vector, user_vector]}
  - type: repeat
    times: 3
    layers:
      - {name: "dot{i}", type: sum, axis: 0, keep: true, from: "pairs.${i}"}
  - {name: interactions, type: concat, from: [bot_l.2, dot0, dot1, dot2]}
  - {name: top_l.0, type: dense, units: 15, activation: relu}
  - {name: top_l.2, type: dense, units: 1, activation: sigmoid}
"""


def build(torch: Any) -> Any:
    """Return the network as the authors' code makes it."""
    nn = torch.nn

    def linear(inputs: int, units: int) -> Any:
        layer = nn.Linear(inputs, units)
        nn.init.normal_(layer.weight, 0, (2 / (inputs + units)) ** 0.5)
        nn.init.normal_(layer.bias, 0, (1 / units) ** 0.5)
        return layer

    def table(count: int) -> Any:
        bag = nn.EmbeddingBag(count, 8, mode="sum")
        nn.init.uniform_(bag.weight, -((1 / count) ** 0.5), (1 / count) ** 0.5)
        return bag

    return nn.ModuleDict(
        {
            "bot_l": nn.Sequential(linear(13, 20), nn.ReLU(), linear(20, 8), nn.ReLU()),
            "emb_l": nn.ModuleList([table(50), table(90)]),
            "top_l": nn.Sequential(linear(11, 15), nn.ReLU(), linear(15, 1), nn.Sigmoid()),
        }
    )


def call(model: Any, numbers: Any, user: Any, item: Any) -> Any:
    """Return the probability of a click."""
    import torch

    dense = model["bot_l"](numbers)
    vectors = torch.stack([dense, model["emb_l"][0](user), model["emb_l"][1](item)], 1)
    products = vectors @ vectors.transpose(1, 2)
    pairs = [products[:, i, j] for i in range(3) for j in range(i)]
    return model["top_l"](torch.cat([dense, torch.stack(pairs, 1)], 1))


MODEL = RealModel(SPEC, build, call)

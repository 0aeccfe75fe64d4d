"""Neural collaborative filtering: a product and a network of users and items (He et al. 2017)."""

from typing import Any

from tests.models.real_model import RealModel

SPEC = """
input: {user: {tokens: 1}, item: {tokens: 1}}
defaults: {init: {scheme: normal, std: 0.01}, bias_init: zeros}
layers:
  - {name: user_factors, type: embedding, count: 70, dim: 12, from: user}
  - {name: item_factors, type: embedding, count: 90, dim: 12, from: item}
  - {name: product, type: multiply, from: [user_factors, item_factors]}
  - {name: user_features, type: embedding, count: 70, dim: 20, from: user}
  - {name: item_features, type: embedding, count: 90, dim: 20, from: item}
  - {type: concat, axis: -1, from: [user_features, item_features]}
  - {name: deep.0, type: dense, units: 24, activation: relu, init: xavier_uniform}
  - {name: deep.1, type: dense, units: 12, activation: relu, init: xavier_uniform}
  - {type: concat, axis: -1, from: [product, deep.1]}
  - {name: head, type: dense, units: 1, init: {scheme: he_uniform, gain: 1}}
"""


def build(torch: Any) -> Any:
    """Return the modules by name, drawn as by the authors."""
    nn = torch.nn
    model = nn.ModuleDict(
        {
            "user_factors": nn.Embedding(70, 12),
            "item_factors": nn.Embedding(90, 12),
            "user_features": nn.Embedding(70, 20),
            "item_features": nn.Embedding(90, 20),
            "deep": nn.ModuleList([nn.Linear(40, 24), nn.Linear(24, 12)]),
            "head": nn.Linear(24, 1),
        }
    )
    for name, parameter in model.named_parameters():
        if name.endswith("bias"):
            nn.init.zeros_(parameter)
        elif name.startswith("deep"):
            nn.init.xavier_uniform_(parameter)
        elif name.startswith("head"):
            nn.init.kaiming_uniform_(parameter, a=1, nonlinearity="sigmoid")
        else:
            nn.init.normal_(parameter, std=0.01)
    return model


def call(model: Any, user: Any, item: Any) -> Any:
    """Return the score of an item for a user."""
    import torch

    product = model["user_factors"](user) * model["item_factors"](item)
    deep = torch.cat([model["user_features"](user), model["item_features"](item)], -1)
    for dense in model["deep"]:
        deep = dense(deep).relu()
    return model["head"](torch.cat([product, deep], -1))


MODEL = RealModel(SPEC, build, call)

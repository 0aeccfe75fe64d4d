"""A layer-spec as a PyTorch module that takes its weights by name."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

ACTIVATIONS = {
    **{name: getattr(torch, name) for name in ("relu", "selu", "tanh", "sigmoid")},
    "gelu": functional.gelu,
}


class Network(nn.Module):
    """The layers of a spec, with the weights that winitgen drew for it."""

    def __init__(self, spec: dict[str, Any], weights: dict[str, Tensor]) -> None:
        super().__init__()
        self.spec = spec["layers"]
        for layer in _flat(self.spec):
            made = _module(layer, weights)
            if made is not None:
                self.add_module(layer["name"], made)
        self.load_state_dict(weights, strict=True)

    def forward(self, values: Tensor) -> Tensor:
        """Return the logits of a batch."""
        return self._run(self.spec, values)

    def _run(self, layers: list[dict[str, Any]], values: Tensor) -> Tensor:
        for layer in layers:
            values = self._step(layer, values)
        return values

    def _step(self, layer: dict[str, Any], values: Tensor) -> Tensor:
        kind = layer["type"]
        if kind == "residual":
            return values + self._run(layer["layers"], values)
        if kind == "global_avg_pool2d":
            return values.mean((2, 3))
        if kind == "mean":
            return values.mean(1)
        module = self.get_submodule(layer["name"])
        if kind == "multi_head_attention":
            return module(values, values, values, need_weights=False)[0]
        if kind == "lstm":
            return module(values)[0][:, -1]
        activation = layer.get("activation")
        return module(values) if activation is None else ACTIVATIONS[activation](module(values))


def _flat(layers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return all layers, those of residuals too."""
    return [inner for layer in layers for inner in (_flat(layer["layers"]) if "layers" in layer else [layer])]


def _module(layer: dict[str, Any], weights: dict[str, Tensor]) -> nn.Module | None:
    """Return the module of a layer, of the sizes that its weights have; None if it has no weights."""
    weight = weights.get(f"{layer.get('name')}.weight")
    if layer["type"] == "lstm":
        inputs = weights[f"{layer['name']}.weight_ih_l0"].shape[1]
        return nn.LSTM(inputs, layer["units"], layer["num_layers"], batch_first=True)
    if layer["type"] == "multi_head_attention":
        width = weights[f"{layer['name']}.out_proj.weight"].shape[0]
        return nn.MultiheadAttention(width, layer["heads"], batch_first=True)
    if weight is None:
        return None
    made = {
        "conv2d": lambda: nn.Conv2d(
            weight.shape[1], weight.shape[0], layer["kernel_size"], padding=layer["padding"]
        ),
        "batch_norm": lambda: nn.BatchNorm2d(len(weight)),
        "layer_norm": lambda: nn.LayerNorm(len(weight)),
        "embedding": lambda: nn.Embedding(*weight.shape),
        "dense": lambda: nn.Linear(weight.shape[1], len(weight)),
    }
    return made[layer["type"]]()

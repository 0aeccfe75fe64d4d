"""PyTorch's ``state_dict``: names joined by dots, kernels (out, in, ...), as the parameters are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from winitgen.catalog.layers.attention import MultiHeadAttention
from winitgen.drawing.distributions.constant import Constant
from winitgen.layouts.tensor import Layout, Tensor
from winitgen.planning.plan import Parameter, Plan, PlannedLayer

NAMES = {
    "kernel": "weight",
    "bias": "bias",
    "embeddings": "weight",
    "gamma": "weight",
    "beta": "bias",
    "moving_mean": "running_mean",
    "moving_variance": "running_var",
    "num_batches_tracked": "num_batches_tracked",
    "alpha": "weight",
}
"""What PyTorch's own modules call each role."""

CELLS = {
    "kernel": "weight_ih",
    "recurrent_kernel": "weight_hh",
    "bias": "bias_ih",
    "recurrent_bias": "bias_hh",
}
"""What PyTorch's recurrent modules call each role, before the level and the direction."""


def tensors(plan: Plan) -> list[Tensor]:
    """Return the tensors of all layers, in their order."""
    return [tensor for layer in plan.layers for tensor in TYPES.get(layer.layer.type, one_by_one)(layer)]


def one_by_one(layer: PlannedLayer) -> list[Tensor]:
    """Return one tensor for each parameter of a layer, as it is."""
    return [Tensor(name_of(parameter), [parameter]) for parameter in layer.parameters]


def name_of(parameter: Parameter) -> str:
    """Return the parameter's name in a ``state_dict``; a ``param`` has no role and is its path."""
    return f"{parameter.path}.{NAMES[parameter.role]}" if parameter.role else parameter.path


def recurrent(layer: PlannedLayer) -> list[Tensor]:
    """Return the tensors of ``nn.RNN``, ``nn.LSTM`` or ``nn.GRU``: the gates of a cell one below the other.

    These modules have two biases, which they add. Where the second is no parameter of its own, it is 0,
    so that an LSTM's forget gate starts at 1 in all and not at 2.
    """
    found = []
    two = any(parameter.role == "recurrent_bias" for parameter in layer.parameters)
    for parameter in layer.parameters:
        level, _, direction = parameter.part.partition(".")
        ending = f"_{level}_reverse" if direction == "backward" else f"_{level}"
        gates, units, *inputs = parameter.shape
        shape = (gates * units, *inputs)
        found.append(Tensor(f"{layer.path}.{CELLS[parameter.role]}{ending}", [parameter], shape))
        if parameter.role == "bias" and not two:
            found.append(Tensor(f"{layer.path}.bias_hh{ending}", [_zeros(parameter)], shape))
    return found


def _zeros(bias: Parameter) -> Parameter:
    """Return the second bias of a cell that has one alone: as the first, and 0."""
    return bias._replace(
        id=f"{bias.path}/recurrent_bias",
        role="recurrent_bias",
        distribution=Constant(0.0),
        scheme="zeros",
        formula="",
        mean=0.0,
        std=0.0,
        why="layout",
        zeroed=None,
    )


def dense(layer: PlannedLayer) -> list[Tensor]:
    """Return the tensors of dense layers, or of one made of several: (in, out) if it is stored so."""
    return [_dense(name_of(parameter), [parameter], layer) for parameter in layer.parameters]


def attention(layer: PlannedLayer) -> list[Tensor]:
    """Return the tensors of an attention; ``fused``, query, key and value are one, one below the other.

    A fused part called ``in_proj`` is what ``nn.MultiheadAttention`` has, a parameter of its own and
    not of a module inside: ``in_proj_weight``, ``in_proj_bias``.
    """
    attention = layer.layer
    assert isinstance(attention, MultiHeadAttention)
    if not attention.fused:
        return dense(layer)
    path = f"{layer.path}.{attention.named('qkv')}"
    join = "_" if path.endswith(".in_proj") else "."
    inside = [attention.named(part) for part in ("query", "key", "value")]
    output = [parameter for parameter in layer.parameters if parameter.part not in inside]
    fused = []
    for role in dict.fromkeys(parameter.role for parameter in layer.parameters):
        parts = [p for p in layer.parameters if p.part in inside and p.role == role]
        fused.append(_dense(f"{path}{join}{NAMES[role]}", parts, layer))
    return [*fused, *(_dense(name_of(parameter), [parameter], layer) for parameter in output)]


def _dense(name: str, parameters: list[Parameter], layer: PlannedLayer) -> Tensor:
    """Return kernels, or biases, one below the other, turned round if the layer is stored (in, out)."""
    first = parameters[0]
    shape = (sum(parameter.shape[0] for parameter in parameters), *first.shape[1:])
    if first.role == "kernel" and getattr(layer.layer, "stored", None) == "in_out":
        return Tensor(name, parameters, shape[::-1], _turned)
    return Tensor(name, parameters, shape)


def _turned(*kernels: Any) -> Any:
    """Return kernels (units, inputs) as one of (inputs, units of all)."""
    import numpy as np

    return np.concatenate(kernels).T


TYPES: dict[str, Callable[[PlannedLayer], list[Tensor]]] = {
    "dense": dense,
    "gated_mlp": dense,
    "multi_head_attention": attention,
    **dict.fromkeys(("rnn", "lstm", "gru"), recurrent),
}
"""The layer types that PyTorch stores in another way than parameter by parameter."""

LAYOUT = Layout(
    "torch", "pt", "PyTorch state_dict: fc1.weight (out, in), conv.weight (out, in/groups, *k)", tensors
)

"""PyTorch's ``state_dict``: names joined by dots, kernels (out, in, ...), as the parameters are."""

from __future__ import annotations

from collections.abc import Callable

from winitgen.layouts.base import Layout, Tensor
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


def tensors(plan: Plan) -> list[Tensor]:
    """Return the tensors of all layers, in their order."""
    return [tensor for layer in plan.layers for tensor in TYPES.get(layer.layer.type, one_by_one)(layer)]


def one_by_one(layer: PlannedLayer) -> list[Tensor]:
    """Return one tensor for each parameter of a layer, as it is."""
    return [Tensor(name_of(parameter), [parameter]) for parameter in layer.parameters]


def name_of(parameter: Parameter) -> str:
    """Return the parameter's name in a ``state_dict``; a ``param`` has no role and is its path."""
    return f"{parameter.path}.{NAMES[parameter.role]}" if parameter.role else parameter.path


TYPES: dict[str, Callable[[PlannedLayer], list[Tensor]]] = {}
"""The layer types that PyTorch stores in another way than parameter by parameter."""

LAYOUT = Layout(
    "torch", "pt", "PyTorch state_dict: fc1.weight (out, in), conv.weight (out, in/groups, *k)", tensors
)

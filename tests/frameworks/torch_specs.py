"""A spec of any PyTorch model, each layer by itself; and the model's tensors held against its plan."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

import winitgen
from winitgen.layouts import LAYOUTS
from winitgen.layouts.tensor import Tensor

ERRORS = 5.0
"""How many standard errors a tensor's standard deviation may be off: with 2,000 tensors, one in 10^6."""


def _linear(layer: Any) -> dict[str, Any]:
    return {
        "type": "dense",
        "inputs": layer.in_features,
        "units": layer.out_features,
        "use_bias": layer.bias is not None,
    }


def _conv(layer: Any) -> dict[str, Any]:
    rank, sizes = len(layer.kernel_size), list(layer.kernel_size)
    both = {"inputs": layer.in_channels, "kernel_size": sizes, "use_bias": layer.bias is not None}
    if rank < 3 and 1 < layer.groups == layer.in_channels:
        return {
            "type": f"depthwise_conv{rank}d",
            "depth_multiplier": layer.out_channels // layer.in_channels,
            **both,
        }
    return {
        "type": f"conv{rank}d",
        "filters": layer.out_channels,
        "groups": layer.groups,
        "strides": list(layer.stride),
        **both,
    }


def _table(layer: Any) -> dict[str, Any]:
    return {"type": "embedding", "count": layer.num_embeddings, "dim": layer.embedding_dim} | (
        {"padding_index": layer.padding_idx} if layer.padding_idx is not None else {}
    )


def _attention(layer: Any) -> dict[str, Any]:
    names = {"qkv": "in_proj", "output": "out_proj"}
    both = {"heads": layer.num_heads, "fused": True, "names": names}
    return {"type": "multi_head_attention", "inputs": layer.embed_dim, **both}


def _norm(kind: str, size: str) -> Callable[[Any], dict[str, Any]]:
    def norm(layer: Any) -> dict[str, Any]:
        inputs = getattr(layer, size)
        found = {"type": kind, "inputs": inputs[0] if isinstance(inputs, tuple) else inputs}
        if kind == "group_norm":
            found["groups"] = layer.num_groups
        return found

    return norm


def _rms(layer: Any) -> dict[str, Any]:
    return {"type": "rms_norm", "inputs": len(layer.weight)}


KINDS: dict[str, Callable[[Any], dict[str, Any]]] = {
    "Linear": _linear,
    **dict.fromkeys(("Conv1d", "Conv2d", "Conv3d"), _conv),
    "Embedding": _table,
    "MultiheadAttention": _attention,
    **dict.fromkeys(("BatchNorm1d", "BatchNorm2d", "BatchNorm3d"), _norm("batch_norm", "num_features")),
    "LayerNorm": _norm("layer_norm", "normalized_shape"),
    "GroupNorm": _norm("group_norm", "num_channels"),
    **dict.fromkeys(("RMSNorm", "LlamaRMSNorm"), _rms),
}
"""The layer of each of PyTorch's classes; a subclass counts as the class that it is derived from."""


def layers_of(model: Any) -> Iterator[dict[str, Any]]:
    """Yield the layers of a model that have parameters, by their paths in it."""
    inside = ""
    for path, layer in model.named_modules():
        if not path or (inside and path.startswith(inside)) or not list(layer.parameters()):
            continue
        kind = next((kind.__name__ for kind in type(layer).__mro__ if kind.__name__ in KINDS), None)
        if kind == "MultiheadAttention":  # its output layer is a module of its own
            inside = f"{path}."
        if kind is not None:
            yield {"name": path, **KINDS[kind](layer)}


def planned(model: Any, preset: str, more: list[dict[str, Any]] | None = None) -> dict[str, Tensor]:
    """Return the planned tensors of a model, by name; ``more`` are layers for its bare parameters."""
    found = {}
    for layer in (*layers_of(model), *(more or [])):
        plan = winitgen.plan({"defaults": {"preset": preset}, "layers": [layer]})
        found |= {tensor.name: tensor for tensor in LAYOUTS["torch"].tensors(plan)}
    return found


def differences(model: Any, tensors: dict[str, Tensor], bare: dict[str, str]) -> list[str]:
    """Return what is drawn otherwise in a fresh model, one line each.

    ``bare`` are the planned tensors of the model's bare parameters, by their own names.
    """
    lines = []
    for name, parameter in model.named_parameters():
        tensor = tensors.pop(bare.get(name, name), None)
        if tensor is None:
            lines.append(f"{name}: not planned")
            continue
        line = _difference(tensor, parameter.detach().numpy().astype(np.float64).ravel())
        lines += [f"{name} {tuple(parameter.shape)}: {line}"] if line else []
    buffers = dict(model.named_buffers())
    return lines + [f"{name}: not in the model" for name in tensors if name not in buffers]


def _difference(tensor: Tensor, values: Any) -> str:
    """Return how the values of a fresh tensor differ from its plan, or nothing."""
    planned = tensor.parameters[0]
    if values.size != tensor.size:
        return f"{tensor.size} values are planned, not {values.size}"
    if planned.zeroed is not None:
        first, end = planned.zeroed
        if np.any(values[first:end]):
            return "the zeroed part is not zero"
        values = np.delete(values, slice(first, end))
    assert planned.std is not None
    if planned.std == 0 or not np.any(values != values[0]):
        constant = planned.mean if planned.std == 0 else math.nan
        return (
            "" if np.all(values == constant) else f"{values[:3]}, planned {planned.mean} +- {planned.std:.5g}"
        )
    std, largest = np.sqrt(np.mean(np.square(values))), np.abs(values).max()
    error = ERRORS / math.sqrt(2 * values.size)
    if abs(std / planned.std - 1) > error:
        return f"std {std:.5g}, planned {planned.std:.5g} by {planned.formula}"
    uniform = type(planned.distribution).__name__ == "Uniform"
    if values.size > 5000 and uniform != (largest < 2 * planned.std):
        return f"largest {largest:.5g} of std {std:.5g}, planned by {planned.formula}"
    return ""

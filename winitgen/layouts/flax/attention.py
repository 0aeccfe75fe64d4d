"""The tensors of Flax's attention, whose kernels have an axis for the heads, and what it does not have."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from winitgen.catalog.layers.attention import MultiHeadAttention
from winitgen.layouts.attention import NEITHER, Lack
from winitgen.layouts.tensor import Tensor
from winitgen.planning.plan import Parameter, PlannedLayer

if TYPE_CHECKING:
    from winitgen.numeric.arrays import Array

LACKS = (
    *NEITHER,
    Lack("value_dim", "size of its own for values"),
    Lack("query_key_norm", "RMS norm of queries and keys", lambda kind: kind.query_key_norm == "rms_norm"),
    Lack("norm_offset", "norm that multiplies by 1 + its scale"),
    Lack("norm_over", "norm over all heads", lambda kind: kind.norm_over == "width"),
    Lack(
        "query_key_norm",
        "shift in its norms",
        lambda kind: any(map(kind.has_bias, kind.biased[4:])),
        "write 'use_bias: [query, key, value, output]'",
    ),
)
"""What Flax's attention does not have; ``normalize_qk`` is a layer norm of each head, without a shift."""

MODULES = {"output": "out", "query_norm": "query_ln", "key_norm": "key_ln"}
"""The modules of Flax's attention, if they are not called as the parts of the spec."""

NameOf = Callable[[str, str], str]
"""Turns the path of a module and a role into the name of a variable."""


def attention(layer: PlannedLayer, name_of: NameOf) -> list[Tensor]:
    """Return the tensors of an attention, with an axis for the heads.

    Query, key and value have a kernel (features, heads, head_dim) and a bias (heads, head_dim), the
    output, called ``out``, a kernel (heads, head_dim, features). Fused, the first three are one
    kernel (features, all heads * head_dim), side by side. Norms have a scale (head_dim,).
    """
    kind = layer.layer
    assert isinstance(kind, MultiHeadAttention)
    named = {kind.named(part): part for part in kind.present}
    inside = [p for p in layer.parameters if named[p.part] in ("query", "key", "value")]
    found = []
    fused = kind.fused and len({p.shape[1:] for p in inside if p.role == "kernel"}) == 1
    if fused:
        path = f"{layer.path}.{kind.named('qkv')}"
        roles = dict.fromkeys(p.role for p in inside)
        found += [_fused(name_of(path, role), [p for p in inside if p.role == role]) for role in roles]
    for parameter in layer.parameters:
        if fused and parameter in inside:
            continue
        part = named[parameter.part]
        name = name_of(f"{layer.path}.{MODULES.get(parameter.part, parameter.part)}", parameter.role)
        norm = part.endswith("_norm")
        found.append(Tensor(name, [parameter]) if norm else _heads(name, parameter, part, layer))
    return found


def _heads(name: str, parameter: Parameter, part: str, layer: PlannedLayer) -> Tensor:
    """Return one part of an attention, with the heads split off as an axis."""
    kind, shape = layer.layer, parameter.shape
    assert isinstance(kind, MultiHeadAttention)
    heads = (kind.kv_heads or kind.heads) if part in ("key", "value") else kind.heads
    if part == "output":
        split = (heads, shape[1] // heads, shape[0]) if parameter.role == "kernel" else shape
    else:
        split = (*shape[1:], heads, shape[0] // heads)
    return Tensor(name, [parameter], split, _transposed if parameter.role == "kernel" else None)


def _fused(name: str, parameters: list[Parameter]) -> Tensor:
    """Return query, key and value as one array: kernels (features, all units), biases (all units)."""
    units = sum(parameter.shape[0] for parameter in parameters)
    return Tensor(name, parameters, (*parameters[0].shape[1:], units), _side_by_side)


def _transposed(kernel: Array) -> Array:
    return kernel.T


def _side_by_side(*arrays: Array) -> Array:
    import numpy as np

    return np.concatenate([array.T for array in arrays], axis=-1)

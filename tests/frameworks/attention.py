"""Attention with its options, computed by PyTorch's own functions from the parameters of an operation."""

from __future__ import annotations

from typing import Any

from tests.frameworks.autograd import tensors
from winitgen.probing.operations.operation import Operation


def attention(own: Operation, torch: Any, *inputs: Any) -> Any:
    """Return the output of an attention on the inputs that its layer names, in their order."""
    layer: Any = own.layer
    given = dict(zip(layer.input_keys, inputs, strict=True))
    query, key, value = (dense(own, part, given[origin], torch) for part, origin in layer.origins.items())
    shared = layer.kv_heads or layer.heads
    query = norm(own, "query_norm", query, layer.heads, torch)
    key = norm(own, "key_norm", key, shared, torch)
    queries, keys, values = (
        array.unflatten(-1, (count, -1)).transpose(1, 2)
        for array, count in ((query, layer.heads), (key, shared), (value, shared))
    )
    seen = torch.nn.functional.scaled_dot_product_attention(
        queries, keys, values, enable_gqa=shared != layer.heads
    )
    return dense(own, "output", seen.transpose(1, 2).flatten(2), torch)


def dense(own: Operation, part: str, x: Any, torch: Any) -> Any:
    """Return the output of one dense part of an operation."""
    layer: Any = own.layer
    return torch.nn.functional.linear(x, *tensors(own, torch, "kernel", "bias", part=layer.named(part)))


def norm(own: Operation, part: str, x: Any, heads: int, torch: Any) -> Any:
    """Return queries or keys after their norm, if the attention has one."""
    layer: Any = own.layer
    if layer.query_key_norm is None:
        return x
    gamma, beta = tensors(own, torch, "gamma", "beta", part=layer.named(part))
    split = x if layer.norm_over == "width" else x.unflatten(-1, (heads, -1))
    functional, epsilon = torch.nn.functional, layer.epsilon or 1e-5
    if layer.query_key_norm == "rms_norm":
        out = functional.rms_norm(split, gamma.shape, gamma, epsilon)
    else:
        out = functional.layer_norm(split, gamma.shape, gamma, beta, epsilon)
    return out.reshape(x.shape)

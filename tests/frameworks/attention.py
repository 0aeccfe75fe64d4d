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
    key, value = (
        array if learned is None else torch.cat([array, learned.expand(len(array), 1, -1)], 1)
        for array, [learned] in (
            (key, tensors(own, torch, "", part=layer.named("bias_k"))),
            (value, tensors(own, torch, "", part=layer.named("bias_v"))),
        )
    )
    queries, keys, values = (
        array.unflatten(-1, (count, -1)).transpose(1, 2)
        for array, count in ((query, layer.heads), (key, shared), (value, shared))
    )
    if layer.rotary:
        queries, keys = (turned(array, layer.rotary, torch) for array in (queries, keys))
    seen = shares_of(own, queries, keys, given.get("position_bias"), torch) @ values.repeat_interleave(
        layer.heads // shared, 1
    )
    return dense(own, "output", seen.transpose(1, 2).flatten(2), torch)


def shares_of(own: Operation, queries: Any, keys: Any, bias: Any, torch: Any) -> Any:
    """Return the shares of the values, (samples, heads, queries, keys); sinks are a key without a value."""
    layer: Any = own.layer
    keys = keys.repeat_interleave(layer.heads // keys.shape[1], 1)
    scores = queries @ keys.mT * (layer.score_scale or queries.shape[-1] ** -0.5)
    if layer.softcap:
        scores = layer.softcap * torch.tanh(scores / layer.softcap)
    scores = scores if bias is None else scores + bias
    scores = scores.masked_fill(~torch.tensor(seen_by(layer, *scores.shape[-2:])), -torch.inf)
    if layer.sinks:
        (sinks,) = tensors(own, torch, "", part=layer.named("sinks"))
        columns = sinks.reshape(1, -1, 1, 1).expand(*scores.shape[:3], 1)
        return torch.softmax(torch.cat([scores, columns], -1), -1)[..., :-1]
    return torch.softmax(scores, -1)


def seen_by(layer: Any, queries: int, keys: int) -> list[list[bool]]:
    """Return for each query which keys it sees; a learned key, the last, is seen by all."""

    def sees(query: int, key: int) -> bool:
        if layer.bias_kv and key == keys - 1:
            return True
        near = layer.window is None or abs(key - query) < layer.window
        return near and (not layer.causal or key <= query)

    return [[sees(query, key) for key in range(keys)] for query in range(queries)]


def turned(x: Any, base: float, torch: Any) -> Any:
    """Return (..., positions, head_dim) with pairs of features as complex numbers, turned by their position."""
    positions, width = x.shape[-2:]
    frequencies = torch.tensor(base, dtype=x.dtype) ** (-torch.arange(0, width, 2, dtype=x.dtype) / width)
    angles = torch.outer(torch.arange(positions, dtype=x.dtype), frequencies)
    pairs = torch.complex(x[..., : width // 2], x[..., width // 2 :])
    out = pairs * torch.polar(torch.ones_like(angles), angles)
    return torch.cat([out.real, out.imag], -1)


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
    gamma = gamma + 1 if layer.norm_offset else gamma
    split = x if layer.norm_over == "width" else x.unflatten(-1, (heads, -1))
    functional, epsilon = torch.nn.functional, layer.epsilon or 1e-5
    if layer.query_key_norm == "rms_norm":
        out = functional.rms_norm(split, gamma.shape, gamma, epsilon)
    else:
        out = functional.layer_norm(split, gamma.shape, gamma, beta, epsilon)
    return out.reshape(x.shape)

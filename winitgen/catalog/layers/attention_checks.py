"""What does not fit together in an attention: its options, and what flows into it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from winitgen.catalog.layers.attention_options import AttentionOptions
from winitgen.catalog.layers.flow import Flow, Refusal, fit
from winitgen.catalog.layers.last_axis import channels_to_the_end, check_sequence
from winitgen.catalog.layers.layer import per_axis, refuse_tokens
from winitgen.numeric.amount import amount

OPTIONAL = {
    "qkv": "only a fused attention has a part qkv; add 'fused: true', or name query, key and value",
    "query_norm": "this attention has no norm of queries; add 'query_key_norm: rms_norm'",
    "key_norm": "this attention has no norm of keys; add 'query_key_norm: rms_norm'",
    "bias_k": "this attention has no learned key; add 'bias_kv: true'",
    "bias_v": "this attention has no learned value; add 'bias_kv: true'",
    "sinks": "this attention has no sinks; add 'sinks: true'",
}
"""The parts that only some attentions have, with what is said about a name for one that is not there."""


def check_options(layer: AttentionOptions, size: int | None) -> None:
    """Raise `Refusal` for options that contradict each other, or the ``size`` of what flows in."""
    if size is not None and layer.head_dim is None and size % layer.heads:
        raise Refusal(
            "heads", f"{layer.heads} heads do not divide the {size} features that flow in; state 'head_dim'"
        )
    if layer.kv_heads is not None and layer.heads % layer.kv_heads:
        raise Refusal(
            "kv_heads",
            f"{layer.kv_heads} kv_heads do not divide the {amount(layer.heads, 'head')} that share them",
        )
    if layer.rotary and size is not None and (layer.head_dim or size // layer.heads) % 2:
        raise Refusal("rotary", "rotary positions turn pairs of features; make head_dim even")
    if layer.bias_kv and layer.position_bias:
        raise Refusal("bias_kv", "bias_kv adds a key without a position; leave it out, or 'position_bias'")
    for part in layer.names or {}:
        if part not in layer.present:
            raise Refusal("names", OPTIONAL[part])
    if layer.fused and len({layer.has_bias(part) for part in ("query", "key", "value")}) > 1:
        raise Refusal("use_bias", "fused stores one bias of query, key and value; name all three, or none")
    for key in ("norm_over", "epsilon", "norm_offset"):
        if getattr(layer, key) not in (None, False) and not layer.query_key_norm:
            raise Refusal(
                key, f"{key} is that of the norm of queries and keys; add 'query_key_norm: rms_norm'"
            )


def check_flow(layer: AttentionOptions, incoming: Flow | None) -> None:
    """Raise `Refusal` unless a sequence flows in, or with windows over axes a map whose axes they divide."""
    _check_masks(layer)
    if not isinstance(layer.window, tuple):
        check_sequence(layer, incoming)
        return
    refuse_tokens(layer, incoming)
    if incoming is None or incoming.shape is None:
        return
    *sizes, _ = incoming.shape
    if len(sizes) != len(layer.window):
        raise Refusal(
            "window",
            f"{amount(len(layer.window), 'size is given', 'sizes are given')}, but before the features of {incoming} come {len(sizes)}; "
            "give one for each",
        )
    if incoming.image:
        raise Refusal(
            "",
            f"{incoming} has the channels first; put {channels_to_the_end(incoming)} before this {layer.type}",
        )
    for axis, (size, window) in enumerate(zip(sizes, layer.window, strict=True)):
        if size is not None and size % window:
            raise Refusal(
                "window",
                f"windows of {window} do not divide the {amount(size, 'position')} of axis {axis}; choose a size that does",
            )


def _check_masks(layer: AttentionOptions) -> None:
    """Raise `Refusal` for masks, windows and positions that contradict each other."""
    on_map = isinstance(layer.window, tuple)
    for key in ("causal", "rotary", "source", "value_source"):
        if on_map and getattr(layer, key):
            raise Refusal(key, f"{key} is for a sequence; leave it out, or write one number as 'window'")
    if layer.shift is None:
        return
    if not isinstance(layer.window, tuple):
        raise Refusal("shift", "shift moves the windows of a map; add 'window: [7, 7]'")
    shifts = per_axis(layer, "shift", layer.shift, len(layer.window))
    for shift, window in zip(shifts, layer.window, strict=True):
        if shift >= window:
            raise Refusal("shift", f"a shift of {shift} is not below the window of {window}")


def check_inputs(
    layer: AttentionOptions, inputs: Mapping[str, Flow | None], features: Sequence[int | None]
) -> None:
    """Raise `Refusal` for sources that fit neither the layer nor each other.

    ``inputs`` are by the option that names them, ``features`` those that query, key and value see.
    """
    for key in ("source", "value_source"):
        if key in inputs:
            _check_source(layer, key, inputs[key])
    keys, values = (_length(inputs[layer.origins[part]]) for part in ("key", "value"))
    if None not in (keys, values) and keys != values:
        raise Refusal(
            "value_source", f"{values} values flow in, but {keys} keys; their numbers must be equal"
        )
    queries = _length(inputs["from"])
    for key in ("causal", "window"):
        if getattr(layer, key) and queries is not None and keys is not None and queries != keys:
            raise Refusal(
                key,
                f"{key} compares positions, but {amount(queries or 0, 'query', 'queries')} and {amount(keys or 0, 'key')} flow in; leave it out",
            )
    if "position_bias" in inputs:
        _check_bias(layer, inputs["position_bias"], queries, keys)
    if layer.fused and len(set(features)) > 1 and not layer.named("qkv").endswith("in_proj"):
        key = "source" if layer.source else "value_source"
        raise Refusal(
            key,
            "query, key and value have inputs of different sizes; leave 'fused' out, or "
            "name qkv 'in_proj' to store kernels apart and biases together",
        )


def _check_source(layer: AttentionOptions, key: str, flow: Flow | None) -> None:
    """Raise `Refusal` unless a source is a sequence with a known number of features."""
    check_sequence(layer, flow, key)
    if flow is None or (flow.shape is not None and flow.shape[-1] is None):
        raise Refusal(key, f"the features of '{getattr(layer, key)}' are unknown; state the model's 'input'")


def _check_bias(layer: AttentionOptions, flow: Flow | None, queries: int | None, keys: int | None) -> None:
    """Raise `Refusal` unless a bias has the shape of the scores, as far as it is known."""
    if isinstance(layer.window, tuple):
        queries = keys = math.prod(layer.window)
    scores = (layer.heads, queries, keys)
    if not fit(None if flow is None else flow.shape, scores):
        raise Refusal(
            "position_bias",
            f"'{layer.position_bias}' is {flow}, but the scores are {Flow(scores)}: heads, queries, keys",
        )


def _length(flow: Flow | None) -> int | None:
    """Return the positions of a sequence, None if they are unknown."""
    return flow.shape[0] if flow is not None and flow.shape and len(flow.shape) > 1 else None

"""How much a layer computes: the multiply-adds of one sample.

Counted are the products of its kernels with what flows in, and those of queries, keys and values. A bias, a norm, an
activation, a pooling and a sum are not, as in ``torch.utils.flop_counter``, which counts two operations for each of these.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, cast

from winitgen.planning.plan import Plan, PlannedLayer

if TYPE_CHECKING:
    from winitgen.catalog.layers.attention import MultiHeadAttention
    from winitgen.catalog.layers.experts import Experts
    from winitgen.catalog.layers.flow import Flow
    from winitgen.catalog.layers.weight import Weight

_KERNELS = ("kernel", "recurrent_kernel", "projection_kernel")


class _UnknownSize(Exception):
    """A flow whose sizes are not all known."""


def multiply_adds(layer: PlannedLayer) -> int | None:
    """Return the multiply-adds of one sample, 0 for a layer that multiplies no matrix, or None if a size is unknown."""
    try:
        return _COUNTED.get(layer.layer.family, _nothing)(layer)
    except _UnknownSize:
        return None


def multiply_adds_of(planned: Plan) -> int | None:
    """Return the multiply-adds of one sample, None if a size is unknown, as of a list of tensors, which says nothing of their use."""
    if all(layer.layer.type == "param" for layer in planned.layers):
        return None
    return summed(map(multiply_adds, planned.layers))


def summed(counts: Iterable[int | None]) -> int | None:
    """Return the sum of counts, None if one is unknown."""
    total = 0
    for count in counts:
        if count is None:
            return None
        total += count
    return total


def _nothing(_: PlannedLayer) -> int:
    return 0


def _positions(flow: Flow | None, axes: slice) -> int:
    """Return the product of some axes of a flow; one that is not there has one position."""
    sizes = () if flow is None else _known(flow)[axes]
    if None in sizes:
        raise _UnknownSize
    return math.prod(cast("tuple[int, ...]", sizes))


def _known(flow: Flow) -> tuple[int | None, ...]:
    if flow.shape is None:
        raise _UnknownSize
    return flow.shape


def _of_kernels(layer: PlannedLayer) -> int:
    """Return the elements of all kernels: each takes part once for each position."""
    weights: list[Weight] = layer.layer.weights_for(layer.entering)
    return sum(math.prod(weight.shape) for weight in weights if weight.role in _KERNELS)


def _dense(layer: PlannedLayer) -> int:
    return _of_kernels(layer) * _positions(layer.incoming, slice(-1))


def _convolution(layer: PlannedLayer) -> int:
    """Each position of the output has a window of the input."""
    return _of_kernels(layer) * _positions(layer.outgoing, slice(1, None))


def _transposed(layer: PlannedLayer) -> int:
    """Each position of the input has a window of the output."""
    return _of_kernels(layer) * _positions(layer.incoming, slice(1, None))


def _bilinear(layer: PlannedLayer) -> int:
    """Return those of W z, for each unit a matrix and a vector, and of the products with x."""
    first = _positions(layer.incoming, slice(-1, None))
    units = _positions(layer.outgoing, slice(-1, None))
    return (_of_kernels(layer) + units * first) * _positions(layer.incoming, slice(-1))


def _experts(layer: PlannedLayer) -> int:
    """Return those of the router, and of the experts that a position uses."""
    experts = cast("Experts", layer.layer)
    features = _positions(layer.incoming, slice(-1, None))
    of_expert = (3 if experts.gated else 2) * experts.units * features
    each = experts.count * features + experts.per_token * of_expert
    return each * _positions(layer.incoming, slice(-1))


def _attention(layer: PlannedLayer) -> int:
    """Return those of the four projections, of the scores, and of the weighted values.

    Every position is counted as attending to all others, or to all of its window on a map: a mask leaves out no product.
    """
    attention = cast("MultiHeadAttention", layer.layer)
    flows = attention.inputs_of(layer.entering)
    lengths = {part: _positions(flows[key], slice(-1)) for part, key in attention.origins.items()}
    lengths["output"] = lengths["query"]
    products = sum(
        math.prod(weight.shape) * lengths[attention.part_named(weight.part)]
        for weight in attention.weights_for(layer.entering)
        if weight.role in _KERNELS
    )
    features = _positions(layer.incoming, slice(-1, None))
    head = attention.head_dim or features // attention.heads
    seen = lengths["key"] if not isinstance(attention.window, tuple) else math.prod(attention.window)
    seen += attention.bias_kv
    return products + attention.heads * lengths["query"] * seen * (head + (attention.value_dim or head))


_COUNTED: dict[str, Callable[[PlannedLayer], int]] = {
    "dense": _dense,
    "recurrent": _dense,
    "convolution": _convolution,
    "depthwise": _convolution,
    "transposed": _transposed,
    "bilinear": _bilinear,
    "experts": _experts,
    "attention": _attention,
}
"""The families of layers that multiply matrices."""

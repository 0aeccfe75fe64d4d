"""The frameworks' own fans, where they differ from a layer's true fans.

A framework infers the fans from the shape of the array that it stores, which ignores groups, strides,
gates and swapped axes. With ``quirks: torch`` and the like, values are drawn with the fans that it would see:

==================  ======================  ===========================  ==========================
layer               torch                   keras                        flax
==================  ======================  ===========================  ==========================
convolution, g, s   out * rf for fan_out    out * rf for fan_out         out * rf for fan_out
depthwise           out * rf for fan_out    in * rf for fan_in           out * rf for fan_out
transposed          out/g * rf, in * rf     out/g * rf, in * rf          in * rf, out/g * rf
embeddings          dim, count              count, dim                   dim, dim
bilinear            axis 0 * 2 for fan_out  unchanged                    unchanged
rnn, lstm, gru      gates * H for fan_out   gates * H for fan_out        unchanged
fused attention     fan_out of all three    unchanged                    unchanged
stacked experts     axis 1 * 2, axis 0 * 2  in * count, out * count      in * count, out * count
bias                its kernel's            its size, twice              unchanged
bias, two axes      its kernel's            axis 0, axis 1               unchanged
==================  ======================  ===========================  ==========================

The kernels of stacked experts have three axes: (count, units, inputs) in torch, which takes axis 2 for a
receptive field, and (count, inputs, units) in Keras and Flax, which take axis 0 for one. Biases with two axes
are a GRU's (2, 3 H), those of queries, keys and values (heads, head_dim), and those of stacked experts (count, units).

Kernels of dense layers and attentions that are stored (inputs, units) have the fans of those of ``nn.Linear`` in torch, too.

rf is the receptive field size, the product of ``kernel_size``; no framework considers strides. Taken
from torch 2.13 (``_calculate_fan_in_and_fan_out``), Keras 3.15 (``compute_fans``) and JAX 0.10
(``_compute_fans``, on the arrays of flax.linen).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from winitgen.catalog.layers.attention import MultiHeadAttention
from winitgen.catalog.layers.depthwise import Depthwise
from winitgen.catalog.layers.experts import ROUTER, Experts
from winitgen.catalog.layers.layer import Layer
from winitgen.catalog.layers.param import Param
from winitgen.catalog.layers.recurrent import Recurrent
from winitgen.catalog.layers.weight import Weight

Fans = tuple[float | None, float | None]
Rule = Callable[[Layer, Weight, Sequence[Weight]], Fans]
"""Computes the fans of a weight, from its layer, the weight, and all weights of the layer."""


def as_stated(layer: Layer, weight: Weight, weights: Sequence[Weight]) -> Fans:
    """Return the true fans."""
    return weight.fan_in, weight.fan_out


def by_shape(layer: Layer, weight: Weight, weights: Sequence[Weight]) -> Fans:
    """Return fan_in from the second axis and fan_out from the first, each times the receptive field size."""
    first, second, *taps = weight.shape
    return second * math.prod(taps), first * math.prod(taps)


def _swapped(layer: Layer, weight: Weight, weights: Sequence[Weight]) -> Fans:
    fan_in, fan_out = by_shape(layer, weight, weights)
    return fan_out, fan_in


def _depthwise_of_keras(layer: Layer, weight: Weight, weights: Sequence[Weight]) -> Fans:
    """Return the fans of (*kernel_size, channels, depth_multiplier); those of pointwise come from its shape."""
    if weight.part == "pointwise":
        return by_shape(layer, weight, weights)
    assert isinstance(layer, Depthwise)
    multiplier = layer.depth_multiplier
    taps = math.prod(weight.shape[2:])
    return weight.shape[0] // multiplier * taps, multiplier * taps


def _stacked(layer: Layer, weight: Weight, weights: Sequence[Weight]) -> Fans:
    """Return the fans of all gates as one matrix: (gates * H, inputs); a projection has no gates."""
    if weight.role == "projection_kernel":
        return weight.fan_in, weight.fan_out
    return weight.fan_in, weight.shape[0] * weight.shape[1]


def _table_of_flax(layer: Layer, weight: Weight, weights: Sequence[Weight]) -> Fans:
    """Return dim twice: ``default_embed_init`` has in and out axis both 0, so dim is the receptive field."""
    return weight.shape[1], weight.shape[1]


def _fused(layer: Layer, weight: Weight, weights: Sequence[Weight]) -> Fans:
    """Return the fan_out of query, key and value as one matrix if the attention is ``fused``.

    Kernels with inputs of different sizes are no one matrix: PyTorch has ``q_proj_weight`` and two more.
    """
    assert isinstance(layer, MultiHeadAttention)
    fused = [layer.named(part) for part in ("query", "key", "value")]
    inputs = {other.shape[1] for other in weights if other.part in fused and other.role == "kernel"}
    if not layer.fused or weight.part not in fused or len(inputs) > 1:
        return weight.fan_in, weight.fan_out
    rows = [other.shape[0] for other in weights if other.part in fused and other.role == weight.role]
    return weight.fan_in, sum(rows)


def _stacked_experts(layer: Layer, weight: Weight, weights: Sequence[Weight]) -> Fans:
    """Return the fans of a kernel (inputs, units) of one expert times the number of experts stacked with it."""
    assert isinstance(layer, Experts)
    units, inputs = _joined_units(layer, weight), weight.shape[1]
    count = layer.count if layer.stacked and weight.part != ROUTER else 1
    return count * inputs, count * units


def _stacked_experts_of_torch(layer: Layer, weight: Weight, weights: Sequence[Weight]) -> Fans:
    """Return the fans of a stacked kernel, whose axis 1 counts as the inputs and axis 0 as the outputs."""
    assert isinstance(layer, Experts)
    units, inputs = _joined_units(layer, weight), weight.shape[1]
    if not layer.stacked or weight.part == ROUTER:
        return inputs, units
    _, taps = (inputs, units) if layer.stored == "in_out" else (units, inputs)
    return units * inputs, layer.count * taps


def _joined_units(layer: Experts, weight: Weight) -> int:
    """Return the units of the parts of an expert that are stored as one tensor with this one."""
    part = layer.part_named(weight.part)
    inside = next((inner for inner in layer.stored_parts.values() if part in inner), (part,))
    return len(inside) * weight.shape[0]


TABLES = ("table", "position_bias")

RULES: dict[str, dict[str, Rule]] = {
    "torch": {
        "dense": as_stated,
        **dict.fromkeys(("convolution", "depthwise", "transposed", *TABLES, "bilinear"), by_shape),
        "recurrent": _stacked,
        "attention": _fused,
        "experts": _stacked_experts_of_torch,
    },
    "keras": {
        **dict.fromkeys(("dense", "attention", "bilinear"), as_stated),
        **dict.fromkeys(("convolution", "transposed"), by_shape),
        "depthwise": _depthwise_of_keras,
        **dict.fromkeys(TABLES, _swapped),
        "recurrent": _stacked,
        "experts": _stacked_experts,
    },
    "flax": {
        **dict.fromkeys(("dense", "attention", "recurrent", "bilinear"), as_stated),
        **dict.fromkeys(("convolution", "depthwise"), by_shape),
        "transposed": _swapped,
        **dict.fromkeys(TABLES, _table_of_flax),
        "experts": _stacked_experts,
    },
}
"""How each framework computes the fans of the kernels and tables of each family of layers."""


def applied(framework: str, layer: Layer, weights: Sequence[Weight]) -> list[Weight]:
    """Return the ``weights`` of ``layer`` with the fans that ``framework`` would see.

    Weights without fans stay as they are. An empty ``framework``, or ``none``, changes nothing.
    """
    if framework not in RULES or isinstance(layer, Param):
        return list(weights)
    changed = [_kernel(framework, layer, weight, weights) for weight in weights]
    kernels = {(weight.part, weight.role): weight for weight in changed}
    return [_bias(framework, layer, weight, kernels) for weight in changed]


def _kernel(framework: str, layer: Layer, weight: Weight, weights: Sequence[Weight]) -> Weight:
    """Return a kernel or a table with the framework's fans, and anything else as it is."""
    if weight.fan_in is None or weight.bare or "bias" in weight.role:
        return weight
    fan_in, fan_out = RULES[framework][layer.family](layer, weight, weights)
    if layer.family == "table" and weight.auto is not None and fan_out != weight.fan_out:
        # `auto` is 1/sqrt(dim) in every case, and dim is the other fan here.
        weight = weight._replace(auto=weight.auto.replace(mode="fan_in"))
    return weight._replace(fan_in=fan_in, fan_out=fan_out)


def _bias(framework: str, layer: Layer, weight: Weight, kernels: dict[tuple[str, str], Weight]) -> Weight:
    """Return a bias with the framework's fans, and anything else as it is."""
    if weight.fan_in is None or "bias" not in weight.role or framework == "flax":
        return weight
    if framework == "torch":
        kernel = kernels[weight.part, weight.role.replace("bias", "kernel")]
        return weight._replace(fan_in=kernel.fan_in, fan_out=kernel.fan_out)
    fan_in, fan_out = _bias_of_keras(layer, weight)
    return weight._replace(fan_in=fan_in, fan_out=fan_out)


def _bias_of_keras(layer: Layer, weight: Weight) -> Fans:
    """Return the size twice, or both axes of a bias that Keras stores with two."""
    size = math.prod(weight.shape)
    if isinstance(layer, Recurrent) and layer.two_biases:
        return 2, size  # a GRU's two biases are one array, (2, 3 H)
    if isinstance(layer, MultiHeadAttention) and weight.part != layer.named("output"):
        shared = weight.part in (layer.named("key"), layer.named("value"))
        heads = (layer.kv_heads if shared else None) or layer.heads
        return heads, size // heads
    if isinstance(layer, Experts) and layer.stacked and weight.part != ROUTER:
        return layer.count, _joined_units(layer, weight)
    return size, size

"""Which layers of Keras a layer of the spec is, and the variables that these have.

Each layer of the spec is one of Keras's, with its activation inside where Keras's class has room for
one, and as a layer behind it where not. A padding by numbers that is neither Keras's ``valid`` nor
its ``same`` is a layer before a convolution or a pooling, and a cropping behind a transposed one.
"""

from __future__ import annotations

from collections.abc import Callable

from winitgen.catalog.layers.attention import MultiHeadAttention
from winitgen.layouts.channels import Order
from winitgen.layouts.keras import arrays
from winitgen.layouts.keras.numbering import HERE, KerasLayer, chained
from winitgen.layouts.keras.padding import padding
from winitgen.layouts.tensor import Tensor
from winitgen.planning.plan import Parameter, PlannedLayer

KINDS = {
    "batch_norm": "batch_normalization",
    "layer_norm": "layer_normalization",
    "rms_norm": "rms_normalization",
    "group_norm": "group_normalization",
    "instance_norm": "group_normalization",
    "prelu": "p_re_lu",
    "rnn": "simple_rnn",
}
"""Keras's class for a type, in the snake case of its files, where that is not the type's own name."""

PARTS = {"query": "query", "key": "key", "value": "value", "output": "attention_output"}
"""What Keras calls the parts of its attention; in files they are ``query_dense`` and so on."""

GATES = {"rnn": (0,), "lstm": (0, 1, 2, 3), "gru": (1, 0, 2)}
"""The gates in Keras's order, which for the GRU is update, reset, new."""


def keras_layers(layer: PlannedLayer, order: Order | None, shared: set[bytes]) -> list[KerasLayer]:
    """Return the Keras layers that one layer of the spec is; the last of them gives its output.

    ``order`` is that of the features that flow in. ``shared`` are the keys of tables that another
    layer uses the other way round without having them in the file: a `ReversibleEmbedding`.
    """
    kind = layer.layer.type
    if kind in TYPES:
        return TYPES[kind](layer, order)
    found = [_tensor(p, layer, order) for p in layer.parameters if p.role != "num_batches_tracked"]
    if layer.omitted or not kind or kind == "param":  # not a layer that a file of Keras's counts
        return [KerasLayer("", (HERE,), tuple(("", tensor) for tensor in found))]
    name = KINDS.get(kind, kind)
    if kind == "embedding" and any(parameter.key in shared for parameter in layer.parameters):
        name = "reversible_embedding"
    before, behind = padding(layer)
    return chained(*before, _numbered(name, found), *behind, *_activation(layer))


def positional_embedding(layer: PlannedLayer, order: Order | None) -> list[KerasLayer]:
    """Return KerasHub's layer of positions, and the sum behind it."""
    found = [_tensor(parameter, layer, order) for parameter in layer.parameters]
    return [_numbered("position_embedding", found), KerasLayer("add", (HERE, 0))]


def prelu(layer: PlannedLayer, order: Order | None) -> list[KerasLayer]:
    """Return a PReLU whose slope is shared over all axes, or over all but that of the channels."""
    [alpha] = layer.parameters
    flow = layer.incoming
    axes = len((flow.shape or ()) if flow else ()) or 1
    last = flow is None or flow.image or axes != 2  # of a sequence, the spec's first axis is the positions
    shape = (*(1,) * (axes - 1), alpha.size) if last else (alpha.size, 1)
    name = f"{_slashed(alpha.path)}/alpha"
    arrange = arrays.features(order) if order is not None and alpha.size > 1 else None
    return [_numbered("p_re_lu", [Tensor(name, [alpha], shape, arrange)])]


def depthwise(layer: PlannedLayer, order: Order | None) -> list[KerasLayer]:
    """Return a DepthwiseConv, or a SeparableConv with its two kernels."""
    multiplier: int = getattr(layer.layer, "depth_multiplier", 1)
    found = []
    for parameter in layer.parameters:
        part = f"{parameter.part}_" if parameter.part and parameter.role == "kernel" else ""
        name = f"{_slashed(layer.path)}/{part}{parameter.role}"
        tensor = _named(name, parameter)
        if parameter.role == "kernel" and parameter.part != "pointwise":
            shape = (*parameter.shape[2:], parameter.shape[0] // multiplier, multiplier)
            tensor = Tensor(name, [parameter], shape, arrays.depthwise(multiplier))
        found.append(tensor)
    before, behind = padding(layer)
    return chained(*before, _numbered(layer.layer.type, found), *behind)


def attention(layer: PlannedLayer, order: Order | None) -> list[KerasLayer]:
    """Return a MultiHeadAttention, or a GroupedQueryAttention where heads share keys and values.

    Query, key and value have kernels (features, heads, head_dim) and biases (heads, head_dim), the
    output a kernel (heads, head_dim, features).
    """
    attention = layer.layer
    assert isinstance(attention, MultiHeadAttention)
    grouped = attention.kv_heads not in (None, attention.heads)
    heads = {"key": attention.kv_heads, "value": attention.kv_heads}
    parts = {attention.named(part): part for part in PARTS}
    variables = []
    for parameter in layer.parameters:
        part = parts[parameter.part]
        name = (attention.names or {}).get(part, PARTS[part])
        tensor = _headed(f"{layer.path}.{name}", parameter, part, heads.get(part) or attention.heads)
        below = f"{'_' if grouped else ''}{part}_dense/vars/{0 if parameter.role == 'kernel' else 1}"
        variables.append((below, tensor))
    kind = "grouped_query_attention" if grouped else "multi_head_attention"
    return [KerasLayer(kind, (HERE,), tuple(variables))]


def _headed(path: str, parameter: Parameter, part: str, heads: int) -> Tensor:
    """Return a kernel or a bias of one part with an axis for the heads."""
    name = f"{_slashed(path)}/{parameter.role}"
    if parameter.role != "kernel":
        shape = parameter.shape if part == "output" else (heads, parameter.size // heads)
        return Tensor(name, [parameter], shape)
    units, inputs = parameter.shape
    inner = (inputs, heads, units // heads)
    shape = (heads, inputs // heads, units) if part == "output" else inner
    return Tensor(name, [parameter], shape, arrays.kernel(shape=shape))


def gated_mlp(layer: PlannedLayer, order: Order | None) -> list[KerasLayer]:
    """Return three dense layers and the product before the last of them."""
    dense: dict[str, list[Tensor]] = {}
    for parameter in layer.parameters:
        inner = order if len(dense) < 2 or parameter.part in list(dense)[:2] else None
        dense.setdefault(parameter.part, []).append(_tensor(parameter, layer, inner))
    gate, up, down = (_numbered("dense", found) for found in dense.values())
    return [gate, up, KerasLayer("multiply", (0, 1)), down._replace(sources=(2,))]


def recurrent(layer: PlannedLayer, order: Order | None) -> list[KerasLayer]:
    """Return one recurrent layer for each level, in a `Bidirectional` where it reads both ways.

    With one level the layer has the spec's name, with more of them each is named ``l0``, ``l1`` ...
    """
    kind = KINDS.get(layer.layer.type, layer.layer.type)
    both = getattr(layer.layer, "bidirectional", False)
    levels: dict[str, dict[str, list[Parameter]]] = {}
    for parameter in layer.parameters:
        level, _, direction = parameter.part.partition(".")
        levels.setdefault(level, {}).setdefault(direction, []).append(parameter)
    made = []
    for level, directions in levels.items():
        path = [_slashed(layer.path), *([level] if len(levels) > 1 else [])]
        variables: list[tuple[str, Tensor]] = []
        for direction, parameters in directions.items():
            cell = "/".join([*path, *([f"{direction}_{kind}"] if both else []), f"{kind}_cell"])
            below = f"{direction}_layer/cell/" if both else "cell/"
            found = _cell(cell, parameters, GATES[layer.layer.type])
            variables += [(f"{below}vars/{index}", tensor) for index, tensor in enumerate(found)]
        made.append(KerasLayer("bidirectional" if both else kind, (HERE,), tuple(variables)))
    return chained(*made)


def _cell(name: str, parameters: list[Parameter], gates: tuple[int, ...]) -> list[Tensor]:
    """Return kernel (in, gates * H), recurrent_kernel (H, gates * H), and the bias (gates * H,).

    A GRU's bias is (2, gates * H): what PyTorch too adds to the input's and to the state's part. Two
    biases of another cell are one in Keras, their sum.
    """
    biases = [parameter for parameter in parameters if "bias" in parameter.role]
    found = []
    for parameter in parameters[: len(parameters) - len(biases)]:
        count, units, inputs = parameter.shape
        shape = (inputs, count * units)
        found.append(Tensor(f"{name}/{parameter.role}", [parameter], shape, arrays.gates(gates)))
    if len(biases) == 2 and biases[0].type != "gru":
        found.append(Tensor(f"{name}/bias", biases, (biases[0].size,), arrays.flat_sum, added=True))
    elif len(biases) == 1:
        found.append(Tensor(f"{name}/bias", biases, (biases[0].size,)))
    elif biases:
        found.append(Tensor(f"{name}/bias", biases, (2, biases[0].size), arrays.biases(gates)))
    return found


def _tensor(parameter: Parameter, layer: PlannedLayer, order: Order | None) -> Tensor:
    """Return one parameter, called by its path and its role."""
    if not parameter.role:
        return Tensor(_slashed(parameter.path), [parameter])
    role = "scale" if layer.layer.type == "rms_norm" else parameter.role
    return _named(f"{_slashed(parameter.path)}/{role}", parameter, order)


def _named(name: str, parameter: Parameter, order: Order | None = None) -> Tensor:
    """Return one parameter: the axes of a kernel in reverse but for its places, others as they are."""
    shape = parameter.shape
    if parameter.role == "kernel":
        return Tensor(name, [parameter], (*shape[2:], shape[1], shape[0]), arrays.kernel(order))
    if order is not None and parameter.role != "bias":
        return Tensor(name, [parameter], shape, arrays.features(order))
    return Tensor(name, [parameter])


def _numbered(kind: str, tensors: list[Tensor]) -> KerasLayer:
    """Return a Keras layer with its variables in their order."""
    return KerasLayer(kind, (HERE,), tuple((f"vars/{i}", tensor) for i, tensor in enumerate(tensors)))


def _activation(layer: PlannedLayer) -> list[KerasLayer]:
    """Return the layer of an activation for which there is no room inside."""
    own = getattr(layer.layer, "activation", None)
    return [] if own is None or layer.layer.kernel or layer.layer.type == "activation" else [KerasLayer("")]


def _slashed(path: str) -> str:
    """Return a path with Keras's separator."""
    return path.replace(".", "/")


TYPES: dict[str, Callable[[PlannedLayer, Order | None], list[KerasLayer]]] = {
    "positional_embedding": positional_embedding,
    "prelu": prelu,
    "multi_head_attention": attention,
    "gated_mlp": gated_mlp,
    **dict.fromkeys(("rnn", "lstm", "gru"), recurrent),
    **dict.fromkeys(
        ("depthwise_conv1d", "depthwise_conv2d", "separable_conv1d", "separable_conv2d"), depthwise
    ),
}
"""The layer types that are not one Keras layer with the same parameters."""

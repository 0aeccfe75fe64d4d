"""The Keras layers for each layer of the spec, with their variables.

A layer of the spec is one Keras layer, with its activation inside if Keras's class takes one, and otherwise
as a layer after it. A padding by numbers that is neither Keras's ``valid`` nor its ``same`` is a layer
before a convolution or a pooling, and a cropping layer after a transposed convolution.
"""

from __future__ import annotations

from winitgen.catalog.layers.attention import MultiHeadAttention
from winitgen.catalog.layers.depthwise import Depthwise
from winitgen.catalog.layers.elementwise import Activation, Prelu
from winitgen.catalog.layers.embedding import Embedding
from winitgen.catalog.layers.experts import Experts
from winitgen.catalog.layers.gated_mlp import GatedMlp
from winitgen.catalog.layers.learned import Learned
from winitgen.catalog.layers.norm import RmsNorm
from winitgen.catalog.layers.positional import PositionalEmbedding
from winitgen.catalog.layers.recurrent import Recurrent
from winitgen.catalog.layers.sinusoidal import SinusoidalEmbedding
from winitgen.layouts.channels import Order
from winitgen.layouts.experts import experts, path_and_role
from winitgen.layouts.keras import arrays
from winitgen.layouts.keras.attention import attention
from winitgen.layouts.keras.learned import learned
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
"""Keras's class for a type, in the snake case of its files, if it differs from the name of the type."""

GATES = {"rnn": (0,), "lstm": (0, 1, 2, 3), "gru": (1, 0, 2)}
"""The gates in Keras's order, which for the GRU is update, reset, new."""


def keras_layers(
    layer: PlannedLayer, order: Order | None, shared: set[bytes], *, image: bool
) -> list[KerasLayer]:
    """Return the Keras layers for one layer of the spec; the last of them gives its output.

    ``order`` is that of the features that flow in, ``image`` whether these are an image. ``shared`` are the keys
    of tables that another layer uses transposed, without a copy in the file: a `ReversibleEmbedding`.
    """
    if layer.omitted and not layer.parameters:  # the layer that it is tied to, a second time
        return [KerasLayer("")]
    match layer.layer:
        case Learned() as kind:
            made = learned(layer, kind, order, image=image)
        case PositionalEmbedding():
            made = positional_embedding(layer, order)
        case Prelu():
            made = prelu(layer, order)
        case MultiHeadAttention() as kind:
            made = attention(layer, kind)
        case GatedMlp():
            made = gated_mlp(layer, order)
        case Experts() as kind:
            made = [_numbered(kind.type, experts(layer, kind, path_and_role, in_out=True, order=order))]
        case Recurrent() as kind:
            made = recurrent(layer, kind)
        case Depthwise() as kind:
            made = depthwise(layer, kind)
        case _:
            made = _one_layer(layer, order, shared)
    return made


def _one_layer(layer: PlannedLayer, order: Order | None, shared: set[bytes]) -> list[KerasLayer]:
    """Return one Keras layer with the parameters of the spec's, and the layers before and after it."""
    kind = layer.layer
    found = [_tensor(p, layer, order) for p in layer.parameters if p.role != "num_batches_tracked"]
    uncounted = kind.beside or isinstance(kind, SinusoidalEmbedding)  # no layer that Keras's files count
    if layer.omitted or uncounted:
        return [_uncounted(found)]
    name = KINDS.get(kind.type, kind.type)
    if isinstance(kind, Embedding) and any(parameter.key in shared for parameter in layer.parameters):
        name = "reversible_embedding"
    before, after = padding(layer)
    return chained(*before, _numbered(name, found), *after, *_activation(layer))


def positional_embedding(layer: PlannedLayer, order: Order | None) -> list[KerasLayer]:
    """Return KerasHub's layer of positions, and the sum after it."""
    found = [_tensor(parameter, layer, order) for parameter in layer.parameters]
    return [_numbered("position_embedding", found), KerasLayer("add", (HERE, 0))]


def prelu(layer: PlannedLayer, order: Order | None) -> list[KerasLayer]:
    """Return a PReLU whose slope is shared along all axes, or along all but the channels."""
    [alpha] = layer.parameters
    flow = layer.incoming
    axes = len((flow.shape or ()) if flow else ()) or 1
    last = flow is None or flow.image or axes != 2  # the first axis of a sequence is the positions
    shape = (*(1,) * (axes - 1), alpha.size) if last else (alpha.size, 1)
    name = f"{_slashed(alpha.path)}/alpha"
    arrange = arrays.features(order) if order is not None and alpha.size > 1 else None
    return [_numbered("p_re_lu", [Tensor(name, [alpha], shape, arrange)])]


def depthwise(layer: PlannedLayer, kind: Depthwise) -> list[KerasLayer]:
    """Return a DepthwiseConv, or a SeparableConv with its two kernels."""
    multiplier = kind.depth_multiplier
    found = []
    for parameter in layer.parameters:
        part = f"{parameter.part}_" if parameter.part and parameter.role == "kernel" else ""
        name = f"{_slashed(layer.path)}/{part}{parameter.role}"
        tensor = _named(name, parameter)
        if parameter.role == "kernel" and parameter.part != "pointwise":
            shape = (*parameter.shape[2:], parameter.shape[0] // multiplier, multiplier)
            tensor = Tensor(name, [parameter], shape, arrays.depthwise(multiplier))
        found.append(tensor)
    before, after = padding(layer)
    return chained(*before, _numbered(kind.type, found), *after)


def gated_mlp(layer: PlannedLayer, order: Order | None) -> list[KerasLayer]:
    """Return three dense layers and the product before the last of them."""
    dense: dict[str, list[Tensor]] = {}
    for parameter in layer.parameters:
        inner = order if len(dense) < 2 or parameter.part in list(dense)[:2] else None
        dense.setdefault(parameter.part, []).append(_tensor(parameter, layer, inner))
    gate, up, down = (_numbered("dense", found) for found in dense.values())
    return [gate, up, KerasLayer("multiply", (0, 1)), down._replace(sources=(2,))]


def recurrent(layer: PlannedLayer, kind: Recurrent) -> list[KerasLayer]:
    """Return one recurrent layer for each level, in a `Bidirectional` if it reads in both directions.

    A single level has the spec's name; several are named ``l0``, ``l1`` ...
    """
    class_name = KINDS.get(kind.type, kind.type)
    both = kind.bidirectional
    levels: dict[str, dict[str, list[Parameter]]] = {}
    for parameter in layer.parameters:
        level, _, direction = parameter.part.partition(".")
        levels.setdefault(level, {}).setdefault(direction, []).append(parameter)
    made = []
    for level, directions in levels.items():
        path = [_slashed(layer.path), *([level] if len(levels) > 1 else [])]
        variables: list[tuple[str, Tensor]] = []
        for direction, parameters in directions.items():
            cell = "/".join([*path, *([f"{direction}_{class_name}"] if both else []), f"{class_name}_cell"])
            below = f"{direction}_layer/cell/" if both else "cell/"
            found = _cell(cell, parameters, kind)
            variables += [(f"{below}vars/{index}", tensor) for index, tensor in enumerate(found)]
        made.append(KerasLayer("bidirectional" if both else class_name, (HERE,), tuple(variables)))
    return chained(*made)


def _cell(name: str, parameters: list[Parameter], kind: Recurrent) -> list[Tensor]:
    """Return kernel (in, gates * H), recurrent_kernel (H, gates * H), and the bias (gates * H,).

    A GRU's bias is (2, gates * H): one on the input and one on the state, as in PyTorch. Two biases of
    another cell, or of a GRU that resets before the product, are one in Keras, their sum.
    """
    gates = GATES[kind.type]
    biases = [parameter for parameter in parameters if "bias" in parameter.role]
    found = []
    for parameter in parameters[: len(parameters) - len(biases)]:
        count, units, inputs = parameter.shape
        shape = (inputs, count * units)
        found.append(Tensor(f"{name}/{parameter.role}", [parameter], shape, arrays.gates(gates)))
    if biases:
        found.append(_bias(f"{name}/bias", biases, kind))
    return found


def _bias(name: str, biases: list[Parameter], kind: Recurrent) -> Tensor:
    gates, size = GATES[kind.type], biases[0].size
    if len(biases) == 2 and kind.two_biases:
        return Tensor(name, biases, (2, size), arrays.biases(gates))
    if len(biases) == 2:
        return Tensor(name, biases, (size,), arrays.summed_bias(gates), added=True)
    in_order = gates == tuple(range(len(gates)))
    return Tensor(name, biases, (size,), None if in_order else arrays.summed_bias(gates))


def _tensor(parameter: Parameter, layer: PlannedLayer, order: Order | None) -> Tensor:
    """Return the tensor of one parameter, named by its path and its role."""
    if not parameter.role:
        return Tensor(_slashed(parameter.path), [parameter])
    role = "scale" if isinstance(layer.layer, RmsNorm) else parameter.role
    return _named(f"{_slashed(parameter.path)}/{role}", parameter, order)


def _named(name: str, parameter: Parameter, order: Order | None = None) -> Tensor:
    """Return the tensor of one parameter: a kernel as (*k, in, out), others unchanged."""
    shape = parameter.shape
    if parameter.role == "kernel":
        return Tensor(name, [parameter], (*shape[2:], shape[1], shape[0]), arrays.kernel(order))
    if order is not None and parameter.role != "bias":
        return Tensor(name, [parameter], shape, arrays.features(order))
    return Tensor(name, [parameter])


def _numbered(kind: str, tensors: list[Tensor]) -> KerasLayer:
    """Return a Keras layer with its variables in their order."""
    return KerasLayer(kind, (HERE,), tuple((f"vars/{i}", tensor) for i, tensor in enumerate(tensors)))


def _uncounted(tensors: list[Tensor]) -> KerasLayer:
    """Return a layer that is not one of Keras's, and whose variables its files cannot hold."""
    return KerasLayer("", (HERE,), tuple(("", tensor) for tensor in tensors))


def _activation(layer: PlannedLayer) -> list[KerasLayer]:
    """Return the layer of an activation that the layer's own class does not take."""
    kind = layer.layer
    inside = kind.activation is None or kind.kernel or isinstance(kind, Activation)
    return [] if inside else [KerasLayer("")]


def _slashed(path: str) -> str:
    """Return a path with Keras's separator."""
    return path.replace(".", "/")

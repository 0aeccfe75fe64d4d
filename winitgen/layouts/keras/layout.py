"""Keras 3: names joined by slashes, kernels (..., in, out), gates and heads in Keras's order.

A tensor's name is the path of Keras's own variable, if its layer is named as in the spec. Each tensor also
has its path in Keras's ``.weights.h5``, which numbers layers by their class.
"""

from __future__ import annotations

from winitgen.catalog.layers.conv_transpose import ConvTranspose
from winitgen.catalog.layers.dense import Dense
from winitgen.catalog.layers.layer import Refusal
from winitgen.catalog.layers.param import Param
from winitgen.layouts.channels import orders
from winitgen.layouts.keras.layers import keras_layers
from winitgen.layouts.keras.numbering import KerasLayer, assign_paths, in_model
from winitgen.layouts.normed import refused_norms
from winitgen.layouts.tensor import Layout, Tensor
from winitgen.planning.plan import Plan


def tensors(plan: Plan) -> list[Tensor]:
    """Return the tensors of all layers, in the order of the spec, each with its path in Keras's own file."""
    layers = _model(plan)
    assign_paths(layers)
    found = [tensor for layer in layers for _, tensor in layer.variables]
    twice = _used_twice(plan)
    for tensor in found:
        if twice.intersection(parameter.key for parameter in tensor.parameters):
            tensor.keras_path = ""
    return found


def _used_twice(plan: Plan) -> set[bytes]:
    """Return the keys of parameters that a whole layer has again, without a copy in the file.

    In Keras it is the same layer, called twice, whose place among the others in a `.weights.h5` depends on all
    its calls. A table is in its own place all the same.
    """
    again = [layer for layer in plan.layers if layer.omitted and not layer.parameters]
    return {
        parameter.key
        for layer in again
        for parameter in layer.omitted
        if len(layer.omitted) > 1 or parameter.role not in ("kernel", "embeddings")
    }


def refused(plan: Plan) -> list[tuple[int, Refusal]]:
    """Return the layers that Keras does not support, by their index in ``plan.layers``, and the reasons."""
    found = [*orders(plan).refused, *refused_norms(plan, "Keras")]
    for index, layer in enumerate(plan.layers):
        if isinstance(layer.layer, ConvTranspose) and layer.layer.groups > 1:
            message = f"Keras's {layer.layer.type} has no groups; leave groups out"
            found.append((index, Refusal("groups", message)))
    return found


def _model(plan: Plan) -> list[KerasLayer]:
    """Return the Keras layers of the model; their sources are indices in the list."""
    transposed = [layer for layer in plan.layers if isinstance(layer.layer, Dense)]
    shared = {parameter.key for layer in transposed for parameter in layer.omitted}
    made: list[KerasLayer] = []
    ends: list[int] = []
    for layer, order in zip(plan.layers, orders(plan).incoming, strict=True):
        sources = () if isinstance(layer.layer, Param) else layer.sources
        outer = tuple(ends[source] if source >= 0 else source for source in sources)
        made += in_model(keras_layers(layer, order, shared), outer, len(made))
        ends.append(len(made) - 1)
    return made


LAYOUT = Layout(
    "keras",
    "np",
    "Keras variables: fc1/kernel (in, out), conv/kernel (*k, in/groups, out); .weights.h5 too",
    tensors,
    refused,
)

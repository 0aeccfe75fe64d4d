"""Keras 3: names joined by slashes, kernels (..., in, out), gates and heads in Keras's order.

A tensor's name is the path of Keras's own variable, if its layer is named as in the spec. Each tensor also
has its path in Keras's ``.weights.h5``, which numbers layers by their class.
"""

from __future__ import annotations

from winitgen.catalog.layers.conv_transpose import ConvTranspose
from winitgen.catalog.layers.layer import Refusal
from winitgen.layouts import attention
from winitgen.layouts.channels import orders
from winitgen.layouts.keras.layers import keras_layers
from winitgen.layouts.keras.numbering import HERE, KerasLayer, assign_paths, in_model
from winitgen.layouts.tensor import Layout, Tensor
from winitgen.planning.plan import INPUT, Plan

LACKS = (
    *attention.NEITHER,
    attention.Lack("query_key_norm", "norm of queries and keys"),
    attention.Lack(
        "value_dim",
        "size of its own for values that heads share",
        lambda kind: kind.value_dim is not None and kind.kv_heads not in (None, kind.heads),
    ),
)
"""What Keras's attention does not have."""


def tensors(plan: Plan) -> list[Tensor]:
    """Return the tensors of all layers, in the order of the spec, each with its path in Keras's own file."""
    layers = _model(plan)
    assign_paths(layers)
    return [tensor for layer in layers for _, tensor in layer.variables]


def refused(plan: Plan) -> list[tuple[int, Refusal]]:
    """Return the layers that Keras does not support, by their index in ``plan.layers``, and the reasons."""
    found = orders(plan).refused
    for index, layer in enumerate(plan.layers):
        if isinstance(layer.layer, ConvTranspose) and layer.layer.groups > 1:
            message = f"Keras's {layer.layer.type} has no groups; leave groups out"
            found.append((index, Refusal("groups", message)))
    return [*found, *attention.refused(plan, "Keras", LACKS)]


def _model(plan: Plan) -> list[KerasLayer]:
    """Return the Keras layers of the model; their sources are indices in the list."""
    shared = {parameter.key for layer in plan.layers for parameter in layer.omitted}
    made: list[KerasLayer] = []
    ends: list[int] = []
    for layer, order in zip(plan.layers, orders(plan).incoming, strict=True):
        sources = () if layer.layer.beside else layer.sources
        outer = tuple(ends[source] if source > INPUT else HERE for source in sources)
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

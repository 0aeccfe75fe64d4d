"""Keras 3: names joined by slashes, kernels (..., in, out), gates and heads in Keras's order.

A tensor's name is the path of Keras's own variable, if its layer is named as in the spec. Each tensor also
has its path in Keras's ``.weights.h5``, which numbers layers by their class.
"""

from __future__ import annotations

from winitgen.catalog.layers.conv_transpose import ConvTranspose
from winitgen.catalog.layers.dense import Dense
from winitgen.catalog.layers.flow import Refusal
from winitgen.layouts import attention
from winitgen.layouts.channels import orders
from winitgen.layouts.keras.attention import LACKS
from winitgen.layouts.keras.layers import keras_layers
from winitgen.layouts.keras.numbering import HERE, KerasLayer, assign_paths, in_model
from winitgen.layouts.tensor import Layout, Tensor
from winitgen.layouts.torch_only import torch_only
from winitgen.planning.plan import INPUT, Plan


def tensors(plan: Plan) -> list[Tensor]:
    """Return the tensors of all layers, in the order of the spec, each with its path in Keras's own file."""
    layers = _model(plan)
    if not _uses_a_layer_twice(plan):
        assign_paths(layers)
    return [tensor for layer in layers for _, tensor in layer.variables]


def _uses_a_layer_twice(plan: Plan) -> bool:
    """Return whether a whole layer is another one again, without a copy in the file.

    In Keras it is the same layer, called twice, and the places of all layers in a `.weights.h5` depend on all
    its calls: then nothing has a path there. A table that is used twice has one.
    """
    again = [layer.omitted for layer in plan.layers if layer.omitted and not layer.parameters]
    return any(len(omitted) > 1 or omitted[0].role not in ("kernel", "embeddings") for omitted in again)


def refused(plan: Plan) -> list[tuple[int, Refusal]]:
    """Return the layers that Keras does not support, by their index in ``plan.layers``, and the reasons."""
    found = [*orders(plan).refused, *torch_only(plan, "Keras", "Keras's LSTM has")]
    for index, layer in enumerate(plan.layers):
        if isinstance(layer.layer, ConvTranspose) and layer.layer.groups > 1:
            message = f"Keras's {layer.layer.type} has no groups; leave groups out"
            found.append((index, Refusal("groups", message)))
    return [*found, *attention.refused(plan, "Keras", LACKS)]


def _model(plan: Plan) -> list[KerasLayer]:
    """Return the Keras layers of the model; their sources are indices in the list."""
    transposed = [layer for layer in plan.layers if isinstance(layer.layer, Dense)]
    shared = {parameter.key for layer in transposed for parameter in layer.omitted}
    made: list[KerasLayer] = []
    ends: list[int] = []
    found = orders(plan)
    for layer, order, image in zip(plan.layers, found.incoming, found.images, strict=True):
        sources = () if layer.layer.beside else layer.sources
        outer = tuple(ends[source] if source > INPUT else HERE for source in sources)
        own = [one._replace(models=layer.models) for one in keras_layers(layer, order, shared, image=image)]
        made += in_model(own, outer, len(made))
        ends.append(len(made) - 1)
    return made


LAYOUT = Layout(
    "keras",
    "np",
    "Keras variables: fc1/kernel (in, out), conv/kernel (*k, in/groups, out); .weights.h5 too",
    tensors,
    refused,
)

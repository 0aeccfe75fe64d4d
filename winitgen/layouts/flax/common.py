"""What Flax's two interfaces, linen and nnx, share: the arrays of their modules.

They differ in the names of variables and in how the gates of a cell are stored: see ``cells``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from winitgen.catalog.layers.attention import MultiHeadAttention
from winitgen.catalog.layers.conv_transpose import ConvTranspose
from winitgen.catalog.layers.elementwise import Prelu
from winitgen.catalog.layers.experts import Experts
from winitgen.catalog.layers.flow import Refusal
from winitgen.catalog.layers.recurrent import Gru, Recurrent
from winitgen.catalog.layers.scale import Broadcast
from winitgen.layouts import channels
from winitgen.layouts.attention import refused
from winitgen.layouts.channels import Order, channels_last
from winitgen.layouts.experts import experts
from winitgen.layouts.flax.attention import LACKS, NameOf, attention
from winitgen.layouts.keras_only import keras_only
from winitgen.layouts.tensor import Tensor
from winitgen.layouts.torch_only import torch_only
from winitgen.layouts.vectors import channels_last_vector
from winitgen.planning.plan import Parameter, Plan, PlannedLayer

if TYPE_CHECKING:
    from winitgen.numeric.arrays import Array

NAMES = {
    "kernel": "kernel",
    "bias": "bias",
    "embeddings": "embedding",
    "gamma": "scale",
    "beta": "bias",
    "moving_mean": "mean",
    "moving_variance": "var",
    "alpha": "negative_slope",
}
"""The name of each role in Flax's modules, which do not count the batches that a norm has seen."""

STATISTICS = ("moving_mean", "moving_variance")
"""The roles that are state, and are not trained."""


def tensors_by(
    plan: Plan, name_of: NameOf, recurrent: Callable[[PlannedLayer, Recurrent], list[Tensor]]
) -> list[Tensor]:
    """Return the tensors of all layers, in the order of the spec, named by ``name_of``."""
    found: list[Tensor] = []
    orders = channels.orders(plan)
    for layer, order, image in zip(plan.layers, orders.incoming, orders.images, strict=True):
        if isinstance(layer.layer, Broadcast):
            found += [
                channels_last_vector(name_of(p.path, p.role), p, layer.layer, order, image=image)
                for p in layer.parameters
            ]
        elif isinstance(layer.layer, Recurrent):
            found += recurrent(layer, layer.layer)
        elif isinstance(layer.layer, MultiHeadAttention):
            found += attention(layer, name_of)
        elif isinstance(layer.layer, Experts):
            found += experts(
                layer, layer.layer, lambda stored: name_of(stored.path, stored.role), in_out=True, order=order
            )
        else:
            found += [one(p, layer, order, name_of) for p in layer.parameters if p.role in {*NAMES, ""}]
    return found


def refused_by(plan: Plan) -> list[tuple[int, Refusal]]:
    """Return the layers that Flax does not support, by their index in ``plan.layers``, and the reasons."""
    found = [
        *channels.orders(plan).refused,
        *torch_only(plan, "Flax", "Flax's LSTM cells have"),
        *keras_only(plan, "Flax"),
        *refused(plan, "Flax", LACKS),
    ]
    for index, layer in enumerate(plan.layers):
        kind = layer.layer
        if isinstance(kind, ConvTranspose) and kind.groups > 1:
            found.append((index, Refusal("groups", "Flax's ConvTranspose has no groups; leave groups out")))
        if isinstance(kind, Gru):
            second = [p for p in layer.parameters if p.role == "recurrent_bias" and not is_zero(p)]
            found += [(index, _second_bias(parameter)) for parameter in second[:1]]
    return found


def _second_bias(parameter: Parameter) -> Refusal:
    return Refusal(
        "bias_init",
        f"Flax's GRUCell adds one bias to the reset and update gates, but {parameter.id} is not zero "
        f"({parameter.scheme}); add the rule {{match: '*/recurrent_bias', init: zeros}}",
    )


def is_zero(parameter: Parameter) -> bool:
    """Return whether all values of a parameter are zero."""
    return parameter.mean == 0 and parameter.std == 0


def one(parameter: Parameter, layer: PlannedLayer, order: Order | None, name_of: NameOf) -> Tensor:
    """Return the tensor of one parameter of a layer that is one module, or one module for each part.

    The inputs and outputs of a kernel come after its spatial axes. After a ``flatten``, features are in
    the order of Flax, which has channels last.
    """
    name, shape = name_of(parameter.path, parameter.role), parameter.shape
    if parameter.role == "kernel" and len(shape) > 2:
        adjoint = isinstance(layer.layer, ConvTranspose)
        transposed = (*shape[2:], *(shape[:2] if adjoint else shape[1::-1]))
        return Tensor(name, [parameter], transposed, flipped if adjoint else spatial_first)
    if parameter.role == "kernel":
        inner = order if parameter.part in ("", *_reading(layer)) else None
        return Tensor(name, [parameter], shape[::-1], partial(dense, order=inner))
    if isinstance(layer.layer, Prelu) and not layer.layer.per_channel:
        return Tensor(name, [parameter], ())
    if order is not None and parameter.role and not layer.layer.kernel:  # one number for each feature
        return Tensor(name, [parameter], shape, partial(channels_last, order=order))
    return Tensor(name, [parameter])


def _reading(layer: PlannedLayer) -> list[str]:
    """Return the parts of a layer that read its input: all but the last."""
    return list(dict.fromkeys(parameter.part for parameter in layer.parameters))[:-1]


def dense(kernel: Array, order: Order | None = None) -> Array:
    """Return (out, in) as (in, out), with the inputs in Flax's order."""
    return channels_last(kernel, order).T


def spatial_first(kernel: Array) -> Array:
    """Return (out, in / groups, *k) as (*k, in / groups, out)."""
    return kernel.transpose(*range(2, kernel.ndim), 1, 0)


def flipped(kernel: Array) -> Array:
    """Return (in, out, *k) as (*k, in, out), with each axis of k reversed.

    A transposed convolution writes each input through the kernel; Flax computes it as a convolution
    of the dilated input, which reads the kernel from the other end.
    """
    import numpy as np

    spatial = range(2, kernel.ndim)
    return np.flip(kernel.transpose(*spatial, 0, 1), tuple(range(len(spatial))))

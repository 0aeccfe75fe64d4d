"""Learned values along axes of the flow, in a framework that has the channels of an image last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from winitgen.catalog.layers.scale import Broadcast
from winitgen.layouts.channels import Order, channels_last
from winitgen.layouts.tensor import Tensor
from winitgen.planning.plan import Parameter

if TYPE_CHECKING:
    from winitgen.numeric.arrays import Array


def channels_last_vector(
    name: str, parameter: Parameter, layer: Broadcast, order: Order | None, *, image: bool
) -> Tensor:
    """Return the tensor of a scale or a shift, features in the framework's ``order``.

    One value for each channel of an ``image`` is stored without the 1s after its channels, which stand for
    axes that come before the channels here.
    """
    shape = parameter.shape
    if image and layer.axes:
        while len(shape) > 1 and shape[-1] == 1:
            shape = shape[:-1]
    if order is None or not layer.axes:
        return Tensor(name, [parameter], shape)

    def arrange(array: Array) -> Array:
        return channels_last(array.reshape(-1), order).reshape(shape)

    return Tensor(name, [parameter], shape, arrange)

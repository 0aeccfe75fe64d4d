"""From canonical arrays to Keras's: each function returns the `Arrange` of a tensor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from winitgen.layouts.channels import Order, channels_last
from winitgen.layouts.tensor import Arrange


def kernel(order: Order | None = None, shape: Sequence[int] | None = None) -> Arrange:
    """Arrange (out, in, *k) as (*k, in, out), and a transposed (in, out, *k) as (*k, out, in).

    ``order`` is that of the features that flow in; ``shape`` is the final shape, if Keras splits an axis
    into two, heads and the size of a head.
    """

    def arrange(array: Any) -> Any:
        transposed = channels_last(array, order)
        transposed = transposed.transpose(*range(2, array.ndim), 1, 0)
        return transposed if shape is None else transposed.reshape(shape)

    return arrange


def features(order: Order) -> Arrange:
    """Arrange one number for each feature in Keras's order."""

    def arrange(array: Any) -> Any:
        return channels_last(array, order)

    return arrange


def depthwise(multiplier: int) -> Arrange:
    """Arrange (channels * multiplier, 1, *k) as (*k, channels, multiplier)."""

    def arrange(array: Any) -> Any:
        split = array.reshape(-1, multiplier, *array.shape[2:])
        return split.transpose(*range(2, split.ndim), 0, 1)

    return arrange


def gates(order: Sequence[int]) -> Arrange:
    """Arrange (gates, H, in) as (in, gates * H), the gates in the given order."""

    def arrange(array: Any) -> Any:
        ordered = array[list(order)]
        return ordered.transpose(2, 0, 1).reshape(array.shape[2], -1)

    return arrange


def summed_bias(order: Sequence[int]) -> Arrange:
    """Arrange one (gates, H), or the sum of several, as (gates * H,), the gates in the given order."""

    def arrange(*arrays: Any) -> Any:
        return sum(arrays[1:], arrays[0])[list(order)].reshape(-1)

    return arrange


def biases(order: Sequence[int]) -> Arrange:
    """Arrange several (gates, H) as (several, gates * H), the gates in the given order."""

    def arrange(*arrays: Any) -> Any:
        import numpy as np

        return np.stack([array[list(order)].reshape(-1) for array in arrays])

    return arrange

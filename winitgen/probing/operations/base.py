"""What every operation can be asked: the signal forward, a gradient back, and what theory says of both.

An operation is one layer's map on a batch, in a module of this package named after the layer's. Arrays
have the samples along their first axis, then the axes of one sample as the layer-spec has them: channels
first. They are float32 or float64, tokens int64. An operation never changes what it is given.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, NamedTuple

import numpy as np

from winitgen.layers.base import Layer
from winitgen.probing.weights import Array, Weights
from winitgen.probing.workers import Workers


class Moments(NamedTuple):
    """What theory knows of a signal: its mean and its second moment over samples and units.

    Both are arrays over the places of an image (the axes behind the channels), or have no axis where
    they are the same at all of them.
    """

    mean: Array
    square: Array

    @property
    def variance(self) -> Array:
        """The variance over samples and units."""
        return np.asarray(np.maximum(self.square - self.mean**2, 0.0))

    def overall(self) -> Moments:
        """Return the moments over all places."""
        return Moments(np.asarray(self.mean.mean()), np.asarray(self.square.mean()))


def moments(mean: Any, square: Any) -> Moments:
    """Return moments of numbers or arrays."""
    return Moments(np.asarray(mean, np.float64), np.asarray(square, np.float64))


class Operation:
    """One layer on one batch.

    ``types`` are the layers it is for. ``applies`` says that it applies the layer's activation itself, or
    has several inside; others leave it to the engine. ``pre`` is then what enters those activations, after
    `forward`, and ``saturated`` how many of these values have a slope below 1 % of the largest, and of
    how many; None where there is nothing of the kind.
    """

    types: ClassVar[tuple[str, ...]] = ()
    applies: ClassVar[bool] = False

    def __init__(self, layer: Any, weights: Weights, workers: Workers) -> None:
        self.layer: Any = layer
        self.weights = weights
        self.workers = workers
        self.pre: Array | None = None
        self.saturated: tuple[int, int] | None = None

    def forward(self, inputs: Sequence[Array], *, keep: bool) -> Array:
        """Return what flows out; ``keep`` says that `backward` will be called, once, afterwards."""
        raise NotImplementedError

    def backward(self, gradient: Array) -> list[Array | None]:
        """Return the gradient of each input from that of the output; None for tokens."""
        raise NotImplementedError

    def matrix(self) -> Array | None:
        """Return the map as one matrix (outputs, inputs), where it is one; its condition is looked at."""
        return None

    def predict(self, inputs: Sequence[Moments]) -> Moments | None:
        """Return the moments of the output that theory predicts, None where it has no closed form.

        Theory here is mean-field: weights are independent of the signal and of each other, and a unit
        sums so many inputs that its distribution is Gaussian.
        """
        return None

    def predict_back(self, inputs: Sequence[Moments], gradient: Array) -> list[Array] | None:
        """Return the mean square of each input's gradient from that of the output's.

        ``gradient`` is an array over the places, or without an axis, as in `Moments`; ``inputs`` are
        those of `predict`. None where theory has no closed form.
        """
        return None


def layer_of(operation: Operation) -> Layer:
    """Return the operation's layer, as what every layer is."""
    layer: Layer = operation.layer
    return layer

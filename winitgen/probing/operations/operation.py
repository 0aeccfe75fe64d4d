"""What every operation can be asked: the signal forward, a gradient back, and what theory says of both.

An operation is one layer's map on a batch, in a module of this package named after the layer's. Arrays
have the samples along their first axis, then the axes of one sample as the layer-spec has them: channels
first. They are float32 or float64, tokens int64. An operation never changes what it is given.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, NamedTuple

import numpy as np

from winitgen.catalog.layers.layer import Layer
from winitgen.numeric.workers import Workers
from winitgen.probing.weights import Array, DrawnWeights


class Moments(NamedTuple):
    """What theory knows of a signal: its mean and its second moments over samples and units.

    ``mean`` and ``square`` are arrays over the places of an image (the axes behind the channels), or have
    no axis where they are the same at all of them. ``shared`` is one number, E[x_a x_b]: the mean over
    units of the product of one unit's values for any two samples a and b, at any two places. The square
    of the mean is part of it. What is more than that is what units keep whatever flows in; it is all
    that a batch norm takes away besides, as a unit's own variance is square - shared.
    """

    mean: Array
    square: Array
    shared: Array

    @property
    def variance(self) -> Array:
        """The variance over samples and units."""
        return np.asarray(np.maximum(self.square - self.mean**2, 0.0))

    @property
    def covariance(self) -> float:
        """How far a unit's values for two samples vary together."""
        mean = float(self.mean.mean())
        return max(float(self.shared) - mean * mean, 0.0)

    @property
    def joint(self) -> tuple[float, float, float]:
        """Mean, variance and covariance of one unit's values for two samples.

        Places that differ stand as one whose standard deviation is their mean: then r s_p s_q, the
        covariance at the places p and q, is right in the mean over all pairs of them.
        """
        std = float(np.sqrt(self.variance).mean())
        return float(self.mean.mean()), std * std, min(self.covariance, std * std)

    @property
    def correlation(self) -> float:
        """The correlation r of one unit's values for two samples, 0 where nothing varies."""
        _, variance, covariance = self.joint
        return covariance / variance if variance else 0.0

    def overall(self) -> Moments:
        """Return the moments over all places."""
        return Moments(np.asarray(self.mean.mean()), np.asarray(self.square.mean()), self.shared)


def moments(mean: Any, square: Any, shared: Any) -> Moments:
    """Return moments of numbers or arrays."""
    first, second = np.asarray(mean, np.float64), np.asarray(square, np.float64)
    return Moments(first, second, np.asarray(shared, np.float64))


class Operation:
    """One layer on one batch.

    ``layers`` are the families it is for. ``shown`` says whether such a layer has a line of its own in what
    is reported; one that only moves values, or does nothing here, has none. ``applies`` says that it applies the layer's activation itself, or
    has several inside; others leave it to the engine. ``pre`` is then what enters those activations, after
    `forward`, and ``saturated`` how many of these values have a slope below 1 % of the largest, and of
    how many; None where there is nothing of the kind.
    """

    layers: ClassVar[tuple[type[Layer], ...]] = ()
    shown: ClassVar[bool] = True
    applies: ClassVar[bool] = False

    def __init__(self, layer: Layer, weights: DrawnWeights, workers: Workers) -> None:
        self.layer = layer
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

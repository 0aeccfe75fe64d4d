"""The interface of every operation: the signal forward, a gradient back, and the theory of both.

An operation is one layer's map on a batch, in a module of this package named after that of the layer. Arrays
have the samples along their first axis, then the axes of one sample as in the layer-spec: channels first.
They are float32 or float64; tokens are int64. An operation never changes its arguments, and its gradient
may be asked for twice: in float32, then in float64 if that loses it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, NamedTuple

import numpy as np

from winitgen.catalog.layers.layer import Layer
from winitgen.numeric.arrays import Array
from winitgen.numeric.workers import Workers
from winitgen.planning.plan import PlannedLayer
from winitgen.probing.operations.held import Batched, Held, inner_values
from winitgen.probing.weights import DrawnWeights


class Moments(NamedTuple):
    """What theory knows about a signal: its mean and its second moments over samples and units.

    ``mean`` and ``square`` are arrays over the pixels of an image (the axes after the channels), or have no
    axis if they are the same at all pixels. ``shared`` is one number, E[x_a x_b]: the mean over units of the
    product of one unit's values for any two samples a and b, at any two positions. It includes the square of
    the mean. The excess is what a unit outputs for every input; a batch norm removes all of it, as a unit's
    own variance is square - shared.
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
        """The covariance of one unit's values for two samples."""
        mean = float(self.mean.mean())
        return max(float(self.shared) - mean * mean, 0.0)

    @property
    def joint(self) -> tuple[float, float, float]:
        """Mean, variance and covariance of one unit's values for two samples.

        Positions that differ are represented by one whose standard deviation is their mean: then r s_p s_q,
        the covariance at the positions p and q, is correct on average over all pairs.
        """
        std = float(np.sqrt(self.variance).mean())
        return float(self.mean.mean()), std * std, min(self.covariance, std * std)

    def plus(self, mean: float, square: float, shared: float) -> Moments:
        """Return the moments of the sum with values that are independent of this signal, from theirs."""
        overall = float(self.mean.mean())
        return moments(
            self.mean + mean,
            self.square + 2 * self.mean * mean + square,
            self.shared + 2 * overall * mean + shared,
        )

    @property
    def correlation(self) -> float:
        """The correlation r of one unit's values for two samples, 0 if the variance is 0."""
        _, variance, covariance = self.joint
        return covariance / variance if variance else 0.0

    def overall(self) -> Moments:
        """Return the moments over all positions."""
        return Moments(np.asarray(self.mean.mean()), np.asarray(self.square.mean()), self.shared)


def moments(mean: Any, square: Any, shared: Any) -> Moments:
    """Return `Moments` from numbers or arrays."""
    first, second = np.asarray(mean, np.float64), np.asarray(square, np.float64)
    return Moments(first, second, np.asarray(shared, np.float64))


def axis_of_batch(axis: int, batch: Array) -> int:
    """Return the axis of a ``batch`` that a spec calls ``axis`` of one sample, counted from 0."""
    return axis + 1 if axis >= 0 else axis + batch.ndim


class Operation:
    """One layer on one batch.

    ``layers`` are the layer families it implements. ``shown`` says whether such a layer has a row of its own in
    the report; one that only moves values, or does nothing here, has none. ``applies`` says that the operation
    applies the layer's activation itself, or has several inside; otherwise the forward pass applies it. After
    `forward`, ``pre`` is then the input of those activations, and ``saturated`` how many of these values have a
    slope below 1 % of the largest, and of how many; each is None if it does not apply. ``entropy`` is that of attention.
    ``keeps_input`` says that the backward pass needs the input.
    """

    layers: ClassVar[tuple[type[Layer], ...]] = ()
    shown: ClassVar[bool] = True
    applies: ClassVar[bool] = False
    keeps_input: ClassVar[bool] = False

    def __init__(self, layer: Layer, weights: DrawnWeights, workers: Workers) -> None:
        self.layer = layer
        self.weights = weights
        self.workers = workers
        self.pre: Array | None = None
        self.saturated: tuple[int, int] | None = None
        self.entropy: float | None = None

    @classmethod
    def held(cls, planned: PlannedLayer, batched: Batched) -> Held:
        """Return what it holds beside inputs, output and weights: here, the outputs of its kernels if it has several."""
        return Held(batched.samples * inner_values(planned))

    def forward(self, inputs: Sequence[Array], *, keep: bool) -> Array:
        """Return the output; with ``keep``, `backward` will be called once afterwards."""
        raise NotImplementedError

    def measured(self) -> None:
        """Release ``pre``, which has been measured, if `backward` does not need it."""

    def backward(self, gradient: Array) -> list[Array | None]:
        """Return the gradient of each input from that of the output; None for tokens."""
        raise NotImplementedError

    def matrix(self) -> Array | None:
        """Return the map as one matrix (outputs, inputs) if it is one; its condition number is reported."""
        return None

    def predict(self, inputs: Sequence[Moments]) -> Moments | None:
        """Return the moments of the output that theory predicts, None if it has no closed form.

        Theory here is mean-field: weights are independent of the signal and of each other, and a unit
        sums so many inputs that its distribution is Gaussian.
        """
        return None

    def predict_back(self, inputs: Sequence[Moments], gradient: Array) -> list[Array] | None:
        """Return the mean square of each input's gradient from that of the output's.

        ``gradient`` is an array over the pixels, or without an axis, as in `Moments`; ``inputs`` are
        those of `predict`. None if theory has no closed form.
        """
        return None

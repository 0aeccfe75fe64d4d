"""Normalisation layers: y = gamma (x - mean) / sqrt(variance + epsilon) + beta, over different sets of values.

Each sees its arrays in a view where the values that share statistics lie along a few axes (``over``),
and where the work can be split along another (``split``).

Forward, theory says that the mean over what is normalised is taken away, and that the variance v of what
is left becomes v / (v + epsilon). For a layer norm that is the mean over the units of a sample. For a batch
norm it is each channel's own mean, and what is left is what samples do not share: behind a ReLU of
independent samples 1/2 - 1/(2 pi) of 1/2. Backward, a norm multiplies the mean square of the gradient by
E[gamma^2] / (v + epsilon) to leading order: what it takes from the gradient besides, the mean and the part
along the signal, is 2 of as many values as share statistics. Behind a ReLU that is pi / (pi - 1) = 1.467
(Yang et al. 2019, "A mean field theory of batch normalization").
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import ClassVar

import numpy as np

from winitgen.catalog.layers.layer import Layer
from winitgen.catalog.layers.norm import BatchNorm, GroupNorm, InstanceNorm, LayerNorm, Norm, RmsNorm
from winitgen.numeric.arrays import Array
from winitgen.probing.operations.operation import Moments, Operation, moments
from winitgen.probing.weights import PlannedMoments

BLOCK = 1 << 17
"""Values normalised at once: few enough to stay in a core's cache from one pass to the next."""


class NormOp(Operation):
    """The part that does not depend on which values share statistics."""

    layer: Norm
    centred: ClassVar[bool] = True
    over: ClassVar[tuple[int, ...]]
    split: ClassVar[int] = 0
    pooled: ClassVar[int | None] = None
    """The axis of a map of moments that statistics are taken over, None for all."""

    def view(self, array: Array) -> Array:
        """Return an array as this norm sees it, without a copy."""
        raise NotImplementedError

    def along(self, vector: Array) -> Array:
        """Return a parameter, one value for each channel or feature, as it stands beside the view."""
        raise NotImplementedError

    def forward(self, inputs: Sequence[Array], *, keep: bool) -> Array:
        """Return the normalised input in its shape; its statistics are kept."""
        self.x = self.view(inputs[0])
        out = np.empty_like(self.x, order="C")
        shape = tuple(1 if axis in self.over else size for axis, size in enumerate(self.x.shape))
        self.mean, self.scale = np.zeros(shape, out.dtype), np.empty(shape, out.dtype)
        gamma, beta = self._parameter("gamma"), self._parameter("beta")

        def normalise(run: slice) -> None:
            x, y, scale = self._cut(self.x, run), self._cut(out, run), self._cut(self.scale, run)
            if self.centred:
                np.mean(x, self.over, out=self._cut(self.mean, run), keepdims=True)
            np.subtract(x, self._cut(self.mean, run), out=y)
            np.mean(y * y, self.over, out=scale, keepdims=True)
            np.reciprocal(np.sqrt(scale + out.dtype.type(self.layer.epsilon)), out=scale)
            y *= scale
            if gamma is not None:
                y *= self._cut(gamma, run)
            if beta is not None:
                y += self._cut(beta, run)

        self._each(normalise)
        if not keep:
            del self.x
        return out.reshape(inputs[0].shape)

    def backward(self, gradient: Array) -> list[Array | None]:
        """Return (g - mean g - z mean(g z)) / sqrt(variance + epsilon), with z normalised and g behind gamma.

        Ioffe & Szegedy 2015, section 3, put together; without mean g where no mean is taken away.
        """
        g, gamma = self.view(gradient), self._parameter("gamma")
        out = np.empty_like(g, order="C")

        def back(run: slice) -> None:
            scale, y = self._cut(self.scale, run), self._cut(out, run)
            z = (self._cut(self.x, run) - self._cut(self.mean, run)) * scale
            np.multiply(self._cut(g, run), 1 if gamma is None else self._cut(gamma, run), out=y)
            z *= np.mean(y * z, self.over, keepdims=True)
            if self.centred:
                y -= np.mean(y, self.over, keepdims=True)
            y -= z
            y *= scale

        self._each(back)
        return [out.reshape(gradient.shape)]

    def predict(self, inputs: Sequence[Moments]) -> Moments:
        """Return the moments of gamma z + beta, at each place: gamma and beta are drawn apart from the signal."""
        without_mean, spread = self._statistics(inputs[0])
        gamma, beta = self._planned_gamma(), self.weights.planned("beta")
        mean = gamma.mean * without_mean.mean / np.sqrt(spread)
        square = gamma.square * without_mean.square / spread
        shared = gamma.square * without_mean.shared / spread.mean()
        return moments(
            mean + beta.mean,
            square + 2 * mean * beta.mean + beta.square,
            shared + 2 * mean.mean() * beta.mean + beta.square,
        )

    def predict_back(self, inputs: Sequence[Moments], gradient: Array) -> list[Array]:
        """Return the mean square times E[gamma^2] / (v + epsilon): to leading order, see this module."""
        _, spread = self._statistics(inputs[0])
        return [np.asarray(gradient * self._planned_gamma().square / spread)]

    def _statistics(self, signal: Moments) -> tuple[Moments, Array]:
        """Return the moments of what is left without the mean, and the number whose root divides it."""
        without_mean = self.without_mean(signal) if self.centred else signal
        return without_mean, _pooled(without_mean.square, self.pooled) + self.layer.epsilon

    def without_mean(self, signal: Moments) -> Moments:
        """Return the moments of a signal without the mean over the units of a sample."""
        centre = _pooled(signal.mean, self.pooled)
        square = np.maximum(signal.square - 2 * centre * signal.mean + centre**2, 0.0)
        return moments(signal.mean - centre, square, signal.covariance)

    def _planned_gamma(self) -> PlannedMoments:
        """Return mean and variance of gamma, of the number 1 where there is none."""
        return self.weights.planned("gamma") if self.layer.affine else PlannedMoments(1.0, 0.0)

    def _parameter(self, role: str) -> Array | None:
        """Return gamma or beta beside the view, or None where the layer does not have it."""
        vector = self.weights.array(role)
        return None if vector is None else self.along(vector)

    def _cut(self, array: Array, run: slice) -> Array:
        """Return a run of an array along ``split``, all of it where it is the same all along."""
        return array if array.shape[self.split] == 1 else array[(slice(None),) * self.split + (run,)]

    def _each(self, do: Callable[[slice], None]) -> None:
        """Share the view among the workers, in blocks along ``split``."""
        count = self.x.shape[self.split]
        self.workers.each(do, self.workers.runs(count, max(1, BLOCK * count // max(1, self.x.size))))


def _pooled(field: Array, axis: int | None) -> Array:
    """Return the mean over one axis of a map of places, None for all, beside that map."""
    return np.asarray(np.mean(field, axis if field.ndim else None, keepdims=True))


def without_channel_means(signal: Moments) -> Moments:
    """Return the moments of a signal without each channel's own mean over all samples and places.

    At two places with the standard deviations s and t a channel's values have the covariance r s t, so
    that its mean takes r (2 s m - m^2) of the variance at a place, m being the mean of s over all places.
    """
    spread, correlation = np.sqrt(signal.variance), signal.correlation
    middle = spread.mean()
    mean = signal.mean - signal.mean.mean()
    variance = spread**2 - correlation * (2 * spread * middle - middle**2)
    return moments(mean, np.maximum(variance, 0.0) + mean**2, 0.0)


class BatchNormOp(NormOp):
    """Each channel over samples and places, by the batch's own statistics, as in training.

    Ioffe & Szegedy 2015, algorithm 1: the variance is that of the batch, over n.
    """

    layers: ClassVar[tuple[type[Layer], ...]] = (BatchNorm,)
    over: ClassVar[tuple[int, ...]] = (0, 2)
    split: ClassVar[int] = 1

    def view(self, array: Array) -> Array:
        """Return (samples, channels, places)."""
        return array.reshape(*array.shape[:2], -1)

    def along(self, vector: Array) -> Array:
        """Return (1, channels, 1)."""
        return vector.reshape(1, -1, 1)

    def without_mean(self, signal: Moments) -> Moments:
        """Return the moments of a signal without each channel's mean over the batch."""
        return without_channel_means(signal)


class GroupNormOp(NormOp):
    """Groups of channels, with all their places, of one sample (Wu & He 2018)."""

    layers: ClassVar[tuple[type[Layer], ...]] = (GroupNorm,)
    over: ClassVar[tuple[int, ...]] = (2, 3)

    def groups(self, channels: int) -> int:
        """Return into how many groups the channels fall."""
        assert isinstance(self.layer, GroupNorm)
        return self.layer.groups

    def view(self, array: Array) -> Array:
        """Return (samples, groups, channels of one group, places)."""
        samples, channels = array.shape[:2]
        groups = self.groups(channels)
        return array.reshape(samples, groups, channels // groups, math.prod(array.shape[2:]))

    def along(self, vector: Array) -> Array:
        """Return (1, groups, channels of one group, 1)."""
        return vector.reshape(1, self.groups(len(vector)), -1, 1)


class InstanceNormOp(GroupNormOp):
    """Each channel of one sample over its places: as many groups as channels (Ulyanov et al. 2016)."""

    layers: ClassVar[tuple[type[Layer], ...]] = (InstanceNorm,)

    def groups(self, channels: int) -> int:
        """Return one for each channel."""
        return channels

    def without_mean(self, signal: Moments) -> Moments:
        """Return the moments of a signal without each channel's mean over the places, which are as samples."""
        return without_channel_means(signal)


class LayerNormOp(NormOp):
    """The last axis of one sample (Ba, Kiros & Hinton 2016)."""

    layers: ClassVar[tuple[type[Layer], ...]] = (LayerNorm,)
    over: ClassVar[tuple[int, ...]] = (1,)
    pooled: ClassVar[int | None] = -1

    def view(self, array: Array) -> Array:
        """Return (rows, features)."""
        return array.reshape(-1, array.shape[-1])

    def along(self, vector: Array) -> Array:
        """Return (1, features)."""
        return vector.reshape(1, -1)


class RmsNormOp(LayerNormOp):
    """The last axis of one sample, divided by its root mean square; the mean stays (Zhang & Sennrich 2019).

    The share of the mean stays too: it becomes E[gamma] mean / sqrt(square + epsilon).
    """

    layers: ClassVar[tuple[type[Layer], ...]] = (RmsNorm,)
    centred: ClassVar[bool] = False

"""Normalisation layers: y = gamma (x - mean) / sqrt(variance + epsilon) + beta, over different sets of values.

Each norm views its arrays so that the values that share statistics lie along a few axes (``over``), and the
work can be split along another (``split``).

Forward, theory subtracts the mean over the normalised values, and the variance v of the rest becomes
v / (v + epsilon). For a layer norm that is the mean over the units of a sample. For a batch norm it is each
channel's own mean, and the rest is what samples do not share: after a ReLU of independent samples
1/2 - 1/(2 pi) of 1/2. Backward, a norm multiplies the mean square of the gradient by
E[gamma^2] / (v + epsilon) to leading order: it also removes the gradient's mean and its component along the
signal, which are 2 dimensions of as many as there are values that share statistics. After a ReLU the factor
is pi / (pi - 1) = 1.467 (Yang et al. 2019, "A mean field theory of batch normalization").
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

import numpy as np

from winitgen.catalog.layers.layer import Layer
from winitgen.catalog.layers.norm import (
    FeatureNorm,
    LayerNorm,
    Norm,
    RmsNorm,
)
from winitgen.numeric.arrays import Array
from winitgen.probing.operations.operation import Moments, Operation, moments
from winitgen.probing.weights import PlannedMoments

BLOCK = 1 << 17
"""Values normalised at once, so that they stay in a core's cache from one pass to the next."""


class NormOp(Operation):
    """Base class of the norms: everything that does not depend on which values share statistics."""

    layer: Norm
    keeps_input: ClassVar[bool] = True
    centred: ClassVar[bool] = True
    over: ClassVar[tuple[int, ...]]
    split: ClassVar[int] = 0
    pooled: ClassVar[int | None] = None
    """The axis of a field of moments that statistics are taken over, None for all."""

    def view(self, array: Array) -> Array:
        """Return the view of an array that this norm works on, without a copy."""
        raise NotImplementedError

    def along(self, vector: Array) -> Array:
        """Return a parameter, one value per channel or feature, in a shape that broadcasts to the view."""
        raise NotImplementedError

    def forward(self, inputs: Sequence[Array], *, keep: bool) -> Array:
        """Return the normalised input, in the shape of the input, and keep its statistics."""
        self.x = self.view(inputs[0])
        out = np.empty_like(self.x, order="C")
        shape = tuple(1 if axis in self.over else size for axis, size in enumerate(self.x.shape))
        self.mean, self.scale = np.zeros(shape, out.dtype), np.empty(shape, out.dtype)
        gamma, beta = self._parameter("gamma"), self._parameter("beta")

        self._each(lambda run: self.normalise(run, out, gamma, beta))
        if not keep:
            del self.x
        return out.reshape(inputs[0].shape)

    def normalise(self, run: slice, out: Array, gamma: Array | None, beta: Array | None) -> None:
        """Fill a run of ``out``, along ``split``, and of the statistics."""
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

    def backward(self, gradient: Array) -> list[Array | None]:
        """Return (g - mean g - z mean(g z)) / sqrt(variance + epsilon), with z normalised and g times gamma.

        This combines the equations of Ioffe & Szegedy 2015, section 3; without a centred norm, mean g is
        left out.
        """
        g, gamma = self.view(gradient), self._parameter("gamma")
        out = np.empty_like(g, order="C")
        self._each(lambda run: self.send_back(run, g, out, gamma))
        if self.weights.learns:
            self._learn(g)
        return [out.reshape(gradient.shape)]

    def send_back(self, run: slice, g: Array, out: Array, gamma: Array | None) -> None:
        """Fill a run of ``out``, along ``split``, with the gradient of the input, from that of the output, ``g``."""
        scale, y = self._cut(self.scale, run), self._cut(out, run)
        z = (self._cut(self.x, run) - self._cut(self.mean, run)) * scale
        np.multiply(self._cut(g, run), 1 if gamma is None else self._cut(gamma, run), out=y)
        z = z.astype(y.dtype, copy=False)
        z *= np.mean(y * z, self.over, keepdims=True)
        if self.centred:
            y -= np.mean(y, self.over, keepdims=True)
        y -= z
        y *= scale

    def _learn(self, gradient: Array) -> None:
        """Leave the gradients of gamma and beta: sums of g z and of g, with z normalised."""
        z = (self.x - self.mean) * self.scale
        for role, terms in (("gamma", gradient * z), ("beta", gradient)):
            vector = self.weights.array(role)
            if vector is not None:
                axes = tuple(axis for axis, size in enumerate(self.along(vector).shape) if size == 1)
                self.weights.learned(role, terms.sum(axes).reshape(vector.shape))

    def predict(self, inputs: Sequence[Moments]) -> Moments:
        """Return the moments of gamma z + beta at each position; gamma and beta are independent of z."""
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
        """Return the mean square times E[gamma^2] / (v + epsilon), to leading order (see the module)."""
        _, spread = self._statistics(inputs[0])
        return [np.asarray(gradient * self._planned_gamma().square / spread)]

    def _statistics(self, signal: Moments) -> tuple[Moments, Array]:
        """Return the moments after the mean is subtracted, and the variance plus epsilon."""
        without_mean = self.without_mean(signal) if self.centred else signal
        return without_mean, _pooled(without_mean.square, self.pooled) + self.layer.epsilon

    def without_mean(self, signal: Moments) -> Moments:
        """Return the moments of a signal without the mean over the units of a sample."""
        centre = _pooled(signal.mean, self.pooled)
        square = np.maximum(signal.square - 2 * centre * signal.mean + centre**2, 0.0)
        return moments(signal.mean - centre, square, signal.covariance)

    def _planned_gamma(self) -> PlannedMoments:
        """Return the mean and variance of gamma with its offset, 1 and 0 if absent."""
        if not self.layer.affine:
            return PlannedMoments(np.float64(1.0), np.float64(0.0))
        planned = self.weights.planned("gamma")
        return planned._replace(mean=planned.mean + self.offset)

    def _parameter(self, role: str) -> Array | None:
        """Return gamma or beta in the shape of the view, or None if the layer does not have it."""
        vector = self.weights.array(role)
        if vector is None:
            return None
        return self.along(
            vector + vector.dtype.type(self.offset) if self.offset and role == "gamma" else vector
        )

    @property
    def offset(self) -> float:
        """What is added to the parameter gamma before the signal is multiplied by it."""
        return 1.0 if isinstance(self.layer, FeatureNorm) and self.layer.unit_offset else 0.0

    def _cut(self, array: Array, run: slice) -> Array:
        """Return a run of an array along ``split``, or the whole array if it has size 1 there."""
        return array if array.shape[self.split] == 1 else array[(slice(None),) * self.split + (run,)]

    def _each(self, do: Callable[[slice], None]) -> None:
        """Split the view among the workers, in blocks along ``split``."""
        count = self.x.shape[self.split]
        self.workers.each(do, self.workers.runs(count, max(1, BLOCK * count // max(1, self.x.size))))


def _pooled(field: Array, axis: int | None) -> Array:
    """Return the mean over one axis of a field, None for all, in a shape that broadcasts to the field."""
    return np.asarray(np.mean(field, axis if field.ndim else None, keepdims=True))


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

    The mean becomes E[gamma] mean / sqrt(square + epsilon).
    """

    layers: ClassVar[tuple[type[Layer], ...]] = (RmsNorm,)
    centred: ClassVar[bool] = False

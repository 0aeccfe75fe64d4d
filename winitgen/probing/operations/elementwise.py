"""Elementwise layers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from winitgen.catalog.activations import Applied
from winitgen.catalog.layers.elementwise import Activation, Dropout, Prelu, Rescaling
from winitgen.catalog.layers.layer import Layer
from winitgen.numeric.arrays import Array
from winitgen.probing.activations import FLAT
from winitgen.probing.operations.operation import Moments, Operation, moments
from winitgen.probing.theory import Response, covariance, response

RELU = Applied("relu")


class IdentityOp(Operation):
    """The identity: the forward pass applies the activation itself."""

    layers: ClassVar[tuple[type[Layer], ...]] = (Activation,)

    def forward(self, inputs: Sequence[Array], *, keep: bool) -> Array:
        """Return the input itself."""
        return inputs[0]

    def backward(self, gradient: Array) -> list[Array | None]:
        """Return the gradient itself."""
        return [gradient]

    def predict(self, inputs: Sequence[Moments]) -> Moments:
        """Return the moments themselves."""
        return inputs[0]

    def predict_back(self, inputs: Sequence[Moments], gradient: Array) -> list[Array]:
        """Return the mean square itself."""
        return [gradient]


class DropoutOp(IdentityOp):
    """The identity: dropout is inactive in evaluation, as here."""

    layers: ClassVar[tuple[type[Layer], ...]] = (Dropout,)
    shown: ClassVar[bool] = False


class RescalingOp(Operation):
    """A fixed factor, and a fixed offset."""

    layers: ClassVar[tuple[type[Layer], ...]] = (Rescaling,)
    layer: Rescaling

    def forward(self, inputs: Sequence[Array], *, keep: bool) -> Array:
        """Return the input times the factor, plus the offset."""
        out: Array = inputs[0] * inputs[0].dtype.type(self.layer.factor)
        out += inputs[0].dtype.type(self.layer.offset)
        return out

    def backward(self, gradient: Array) -> list[Array | None]:
        """Return the gradient times the factor."""
        return [gradient * gradient.dtype.type(self.layer.factor)]

    def predict(self, inputs: Sequence[Moments]) -> Moments:
        """Return the moments of a linear function of the signal."""
        factor, offset = np.float64(self.layer.factor), np.float64(self.layer.offset)
        mean, square, shared = inputs[0]
        scaled = moments(factor * mean, factor**2 * square, factor**2 * shared)
        return scaled.plus(offset, offset**2, offset**2)

    def predict_back(self, inputs: Sequence[Moments], gradient: Array) -> list[Array]:
        """Return the mean square times that of the factor."""
        return [gradient * np.float64(self.layer.factor) ** 2]


class PreluOp(Operation):
    """Leaky ReLU with slopes from a parameter: max(x, 0) + alpha min(x, 0) (He et al. 2015, eq. 1)."""

    layers: ClassVar[tuple[type[Layer], ...]] = (Prelu,)
    applies: ClassVar[bool] = True
    keeps_input: ClassVar[bool] = True

    def forward(self, inputs: Sequence[Array], *, keep: bool) -> Array:
        """Return the input, times alpha where it is not above 0."""
        self.pre = inputs[0]
        self.saturated = self._saturated(self.pre)
        return self._sloped(self.pre)

    def backward(self, gradient: Array) -> list[Array | None]:
        """Return the gradient, times alpha where the input is not above 0."""
        return [self._sloped(gradient)]

    def _sloped(self, values: Array) -> Array:
        """Return values, times alpha where the input was not above 0."""
        assert self.pre is not None
        pre, alpha, out = self.pre, self._alpha(values.ndim), np.empty_like(values)

        def multiply(run: slice) -> None:
            np.multiply(values[run], alpha, out=out[run])
            np.copyto(out[run], values[run], where=pre[run] > 0)

        self.workers.each(multiply, self.workers.runs(len(values)))
        return out

    def _alpha(self, axes: int) -> Array:
        """Return the slopes, one for all or one per channel, broadcastable to an array of ``axes`` axes."""
        return self.weights.needed("alpha").reshape(-1, *(1,) * (axes - 2))

    def _saturated(self, pre: Array) -> tuple[int, int] | None:
        """Return how many inputs lie on a flat side, and of how many, or None if neither side is flat."""
        alpha = np.abs(self._alpha(pre.ndim))
        below, above = alpha < FLAT, alpha * FLAT > 1
        if not (below | above).any():
            return None
        flat = np.where(pre > 0, above, below)
        return int(np.count_nonzero(flat)), pre.size

    def predict(self, inputs: Sequence[Moments]) -> Moments:
        """Return the moments for a Gaussian input, from its positive part p and alpha times its negative part n.

        As p - n is the input, 2 Cov(p_a, n_b) = Cov(p_a, p_b) + Cov(n_a, n_b) - Cov(x_a, x_b).
        """
        alpha, (above, below) = self.weights.planned("alpha"), _sides(inputs[0])
        mean, variance, input_covariance = inputs[0].joint
        positive = covariance(RELU, mean, variance, input_covariance)
        negative = covariance(RELU, -mean, variance, input_covariance)
        crossed = (positive + negative - input_covariance) / 2
        up, down = np.mean(above.mean), np.mean(below.mean)
        return moments(
            above.mean - alpha.mean * below.mean,
            above.square + alpha.square * below.square,
            positive + up**2 - 2 * alpha.mean * (crossed + up * down) + alpha.square * (negative + down**2),
        )

    def predict_back(self, inputs: Sequence[Moments], gradient: Array) -> list[Array]:
        """Return the mean square times P(x > 0) + E[alpha^2] P(x < 0)."""
        alpha, (above, below) = self.weights.planned("alpha"), _sides(inputs[0])
        return [np.asarray(gradient * (above.slope_square + alpha.square * below.slope_square))]


def _sides(signal: Moments) -> tuple[Response[Array], Response[Array]]:
    """Return the response of a ReLU to a Gaussian signal, and to its negative."""
    above = response(RELU, signal.mean, signal.variance)
    below = response(RELU, -signal.mean, signal.variance)
    assert above is not None
    assert below is not None
    return above, below

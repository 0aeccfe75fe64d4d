"""The fully connected layer: y = W x + b on the last axis."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

import numpy as np

from winitgen.catalog.layers.dense import Dense
from winitgen.catalog.layers.layer import Layer
from winitgen.numeric.arrays import Array
from winitgen.numeric.workers import Workers
from winitgen.probing.operations.kernel_gradients import dense_gradient
from winitgen.probing.operations.operation import Moments, Operation, moments
from winitgen.probing.weights import DrawnWeights, PlannedMoments

AT_ONCE = 1 << 31
"""Multiplications of one call of the BLAS library, which nothing interrupts: less than a second on any machine."""

Piece = tuple[slice, slice]
"""A run of rows and one of units."""


class DenseOp(Operation):
    """A dense layer: each unit sums all inputs."""

    layers: ClassVar[tuple[type[Layer], ...]] = (Dense,)

    def forward(self, inputs: Sequence[Array], *, keep: bool) -> Array:
        """Return (..., units) from (..., inputs)."""
        self.weights.reads(inputs[0])
        return affine(inputs[0], self.weights.needed("kernel"), self.weights.array("bias"), self.workers)

    def backward(self, gradient: Array) -> list[Array | None]:
        """Return the gradient of the input: that of the output times W."""
        learn_dense(self.weights, gradient, self.workers)
        return [affine(gradient, self.weights.needed("kernel").T, None, self.workers)]

    def matrix(self) -> Array:
        """Return the kernel."""
        return self.weights.needed("kernel")

    def predict(self, inputs: Sequence[Moments]) -> Moments:
        """Return the moments of a sum over all inputs."""
        features = self.weights.needed("kernel").shape[1]
        return summed(
            inputs[0].overall(), features, self.weights.planned("kernel"), self.weights.planned("bias")
        )

    def predict_back(self, inputs: Sequence[Moments], gradient: Array) -> list[Array]:
        """Return units * E w^2 times the mean square: each input's gradient is a sum over all units."""
        units = self.weights.needed("kernel").shape[0]
        return [np.asarray(gradient.mean() * units * self.weights.planned("kernel").square)]


def affine(inputs: Array, kernel: Array, bias: Array | None, workers: Workers) -> Array:
    """Return inputs (..., n) times the transpose of kernel (m, n), plus bias (m,): (..., m)."""
    rows = inputs.reshape(-1, inputs.shape[-1])
    out = np.empty((len(rows), len(kernel)), inputs.dtype)

    def multiply(piece: Piece) -> None:
        run, units = piece
        np.matmul(rows[run], kernel[units].T, out=out[run, units])
        if bias is not None:
            out[run, units] += bias[units]

    workers.each(multiply, pieces(len(rows), len(kernel), inputs.shape[-1], workers))
    return out.reshape(*inputs.shape[:-1], len(kernel))


def pieces(rows: int, units: int, inputs: int, workers: Workers) -> list[Piece]:
    """Cut a product into pieces of at most about `AT_ONCE` multiplications, between which the work can be stopped.

    A run of rows for each thread, and of units as many as that allows; small products are cut by rows alone.
    """
    runs = workers.runs(rows)
    longest = max((run.stop - run.start for run in runs), default=1)
    width = max(1, AT_ONCE // max(longest * inputs, 1))
    return [(run, slice(at, min(at + width, units))) for run in runs for at in range(0, units, width)]


def learn_dense(weights: DrawnWeights, gradient: Array, workers: Workers, part: str = "") -> None:
    """Leave the gradients of kernel and bias of a dense part, from that of its output, if they are wanted."""
    if weights.learns:
        weights.learned("kernel", dense_gradient(weights.read(part), gradient, workers), part)
        weights.learned("bias", gradient.reshape(-1, gradient.shape[-1]).sum(0), part)


def unchanged(field: Array) -> Array:
    """Return the field unchanged."""
    return field


def summed(
    signal: Moments,
    count: int,
    kernel: PlannedMoments,
    bias: PlannedMoments,
    over: Callable[[Array], Array] = unchanged,
    common: float = 1.0,
) -> Moments:
    """Return the moments of a unit that sums ``count`` inputs of moments ``signal``, and a bias.

    Over units and samples the mean is n E[w] E[x] + E[b], and the variance is n Var(w) E[x^2] plus
    n E[w]^2 Var(x), which passes through the mean of the weights, plus Var(b). ``over`` sums a moment of the
    inputs over the pixels of the unit's window, if there is one. What two samples share is summed with the
    same weights, on average over ``common`` pixels.
    """
    mean = count * kernel.mean * over(signal.mean) + bias.mean
    inputs = kernel.variance * signal.square + kernel.mean**2 * signal.variance
    variance = count * over(inputs) + bias.variance
    per_input = kernel.variance * signal.shared + kernel.mean**2 * signal.covariance
    shared = count * common * per_input + bias.variance + np.mean(mean) ** 2
    return moments(mean, mean**2 + variance, shared)

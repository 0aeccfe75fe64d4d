"""The mean, the sum and the largest value along some axes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from winitgen.catalog.layers.flow import Flow
from winitgen.catalog.layers.layer import Layer
from winitgen.catalog.layers.reductions import Maximum, Mean, Reduction, Sum
from winitgen.numeric.arrays import Array
from winitgen.probing.operations.operation import Moments, Operation


class ReductionOp(Operation):
    """One value for all positions along some axes.

    Theory has no closed form: how much a mean or a maximum keeps depends on the correlation of the positions.
    """

    layer: Reduction
    function: ClassVar[np.ufunc]

    def forward(self, inputs: Sequence[Array], *, keep: bool) -> Array:
        """Return the reduced signal, and note the shape of the whole."""
        signal = inputs[0]
        self.shape = signal.shape
        self.axes = tuple(axis + 1 for axis in self.layer.reduced(Flow(self.shape[1:])))
        self.count = math.prod(self.shape[axis] for axis in self.axes)
        kept = [1 if axis in self.axes else size for axis, size in enumerate(self.shape)]
        self.whole = np.empty(kept, signal.dtype)

        def reduce(run: slice) -> None:
            self.function.reduce(signal[run], axis=self.axes, keepdims=True, out=self.whole[run])

        self.workers.each(reduce, self.workers.runs(len(signal)))
        return self.finished(signal, keep=keep)

    def finished(self, signal: Array, *, keep: bool) -> Array:
        """Return the output from `whole`, which has every axis."""
        return self.whole if self.layer.keep else np.squeeze(self.whole, self.axes)

    def spread_out(self, gradient: Array) -> Array:
        """Return the gradient of each output with the reduced axes, of size 1."""
        return gradient.reshape([1 if axis in self.axes else size for axis, size in enumerate(self.shape)])


class MeanOp(ReductionOp):
    """The mean; the gradient is divided equally."""

    layers: ClassVar[tuple[type[Layer], ...]] = (Mean,)
    function: ClassVar[np.ufunc] = np.add

    def finished(self, signal: Array, *, keep: bool) -> Array:
        """Return the sum over the number of values."""
        self.whole /= self.whole.dtype.type(self.count)
        return super().finished(signal, keep=keep)

    def backward(self, gradient: Array) -> list[Array | None]:
        """Return each value's share of the gradient."""
        shares = self.spread_out(gradient) / gradient.dtype.type(self.count)
        return [np.broadcast_to(shares, self.shape).copy()]

    def predict_back(self, inputs: Sequence[Moments], gradient: Array) -> list[Array]:
        """Return the mean square of each value's share."""
        return [np.asarray(gradient.mean() / self.count**2)]


class SumOp(ReductionOp):
    """The sum; each value gets the whole gradient."""

    layers: ClassVar[tuple[type[Layer], ...]] = (Sum,)
    function: ClassVar[np.ufunc] = np.add

    def backward(self, gradient: Array) -> list[Array | None]:
        """Return the gradient of the sum for each value of it."""
        return [np.broadcast_to(self.spread_out(gradient), self.shape).copy()]

    def predict_back(self, inputs: Sequence[Moments], gradient: Array) -> list[Array]:
        """Return the mean square of the sums' gradients."""
        return [np.asarray(gradient.mean())]


class MaximumOp(ReductionOp):
    """The largest value; the gradient is divided equally among the values that are the largest."""

    layers: ClassVar[tuple[type[Layer], ...]] = (Maximum,)
    function: ClassVar[np.ufunc] = np.maximum

    def finished(self, signal: Array, *, keep: bool) -> Array:
        """Return the largest values, and keep where they are."""
        if keep:
            self.largest = signal == self.whole
        return super().finished(signal, keep=keep)

    def backward(self, gradient: Array) -> list[Array | None]:
        """Return the gradient at the largest values, and 0 elsewhere."""
        number = self.largest.sum(axis=self.axes, keepdims=True, dtype=gradient.dtype)
        return [self.largest * (self.spread_out(gradient) / number)]

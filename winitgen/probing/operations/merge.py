"""Layers that join several signals into one: sum, difference, product, concatenation.

Theory assumes uncorrelated signals. A residual branch and its shortcut are uncorrelated if the branch's last
weights have mean 0. If one layer's output appears twice among the inputs, theory predicts nothing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from operator import attrgetter
from typing import ClassVar

import numpy as np

from winitgen.catalog.layers.layer import Layer
from winitgen.catalog.layers.merge import Add, Concat, Multiply, Subtract, ValueByValue
from winitgen.numeric.arrays import Array
from winitgen.numeric.workers import Workers
from winitgen.probing.operations.operation import Moments, Operation, axis_of_batch, moments
from winitgen.probing.weights import DrawnWeights


class ValueByValueOp(Operation):
    """Signals joined elementwise; an axis of size 1 is repeated along another signal's axis."""

    layer: ValueByValue
    function: ClassVar[np.ufunc]

    def __init__(self, layer: Layer, weights: DrawnWeights, workers: Workers) -> None:
        super().__init__(layer, weights, workers)
        self.shapes: list[tuple[int, ...]] = []

    def forward(self, inputs: Sequence[Array], *, keep: bool) -> Array:
        """Return all inputs joined by ``function``, and note their shapes."""
        self.shapes = [array.shape for array in inputs]
        return self.joined(inputs)

    def joined(self, inputs: Sequence[Array]) -> Array:
        """Return arrays joined by ``function``, as a new array."""
        out = np.empty(np.broadcast_shapes(*(array.shape for array in inputs)), np.result_type(*inputs))

        def join(run: slice) -> None:
            self.function(inputs[0][run], inputs[1][run], out=out[run])
            for other in inputs[2:]:
                self.function(out[run], other[run], out=out[run])

        self.workers.each(join, self.workers.runs(len(out)))
        return out

    def summed_back(self, gradient: Array, index: int) -> Array:
        """Return a gradient of the output's shape summed over the axes along which an input is repeated."""
        shape = self.shapes[index]
        axes = tuple(axis for axis, size in enumerate(shape) if size != gradient.shape[axis])
        return np.asarray(gradient.sum(axes, keepdims=True)) if axes else gradient

    @property
    def repeated(self) -> bool:
        """Whether an input is repeated along an axis: its gradient sums values that may be correlated."""
        return len(set(self.shapes)) > 1

    def independent(self, inputs: Sequence[Moments]) -> bool:
        """Return whether all inputs are outputs of different layers."""
        return len(set(self.layer.from_)) == len(inputs)


class AddOp(ValueByValueOp):
    """The sum, also of a residual's branch and shortcut."""

    layers: ClassVar[tuple[type[Layer], ...]] = (Add,)
    function: ClassVar[np.ufunc] = np.add

    def backward(self, gradient: Array) -> list[Array | None]:
        """Return the gradient itself for each input, summed where the input is repeated."""
        return [self.summed_back(gradient, index) for index in range(len(self.shapes))]

    def predict(self, inputs: Sequence[Moments]) -> Moments | None:
        """Return the sum of the means, of the variances and of the covariances."""
        if not self.independent(inputs):
            return None
        return _uncorrelated(np.asarray(sum(signal.mean for signal in inputs)), inputs)

    def predict_back(self, inputs: Sequence[Moments], gradient: Array) -> list[Array] | None:
        """Return the mean square itself for each input, if all are outputs of different layers."""
        return [gradient for _ in inputs] if self.independent(inputs) and not self.repeated else None


class SubtractOp(AddOp):
    """The difference of two."""

    layers: ClassVar[tuple[type[Layer], ...]] = (Subtract,)
    function: ClassVar[np.ufunc] = np.subtract

    def backward(self, gradient: Array) -> list[Array | None]:
        """Return the gradient for the first input, and its negative for the second."""
        return [self.summed_back(gradient, 0), self.summed_back(-gradient, 1)]

    def predict(self, inputs: Sequence[Moments]) -> Moments | None:
        """Return the difference of the means, and the sums of the variances and of the covariances."""
        if not self.independent(inputs):
            return None
        return _uncorrelated(np.asarray(inputs[0].mean - inputs[1].mean), inputs)


def _uncorrelated(mean: Array, inputs: Sequence[Moments]) -> Moments:
    """Return the moments of a sum, with signs, of uncorrelated signals; ``mean`` is its mean."""
    variance, covariance = (sum(map(attrgetter(name), inputs)) for name in ("variance", "covariance"))
    return moments(mean, mean**2 + variance, mean.mean() ** 2 + covariance)


class MultiplyOp(ValueByValueOp):
    """The product."""

    layers: ClassVar[tuple[type[Layer], ...]] = (Multiply,)
    keeps_input: ClassVar[bool] = True
    function: ClassVar[np.ufunc] = np.multiply

    def forward(self, inputs: Sequence[Array], *, keep: bool) -> Array:
        """Return the product; the gradient of each input needs the others."""
        self.inputs = list(inputs) if keep else []
        return super().forward(inputs, keep=keep)

    def backward(self, gradient: Array) -> list[Array | None]:
        """Return, for each input, the gradient times all the others, summed where the input is repeated."""
        signals = self.inputs
        products = (self.joined([gradient, *signals[:i], *signals[i + 1 :]]) for i in range(len(signals)))
        return [self.summed_back(product, index) for index, product in enumerate(products)]

    def predict(self, inputs: Sequence[Moments]) -> Moments | None:
        """Return the products of the means, of the mean squares and of the shared moments."""
        return moments(*map(math.prod, zip(*inputs, strict=True))) if self.independent(inputs) else None

    def predict_back(self, inputs: Sequence[Moments], gradient: Array) -> list[Array] | None:
        """Return, for each input, the mean square times the squares of all the others."""
        if not self.independent(inputs) or self.repeated:
            return None
        squares = [signal.square for signal in inputs]
        others = [math.prod((*squares[:i], *squares[i + 1 :])) for i in range(len(squares))]
        return [np.asarray(gradient * other) for other in others]


class ConcatOp(Operation):
    """Concatenation along an axis of the sample."""

    layers: ClassVar[tuple[type[Layer], ...]] = (Concat,)
    layer: Concat

    def forward(self, inputs: Sequence[Array], *, keep: bool) -> Array:
        """Return the concatenated inputs."""
        self.axis = axis_of_batch(self.layer.axis, inputs[0])
        self.sizes = [array.shape[self.axis] for array in inputs]
        return np.concatenate(inputs, self.axis)

    def backward(self, gradient: Array) -> list[Array | None]:
        """Return each input's slice of the gradient."""
        return list(np.split(gradient, np.cumsum(self.sizes)[:-1], self.axis))

    def predict(self, inputs: Sequence[Moments]) -> Moments:
        """Return the mean of the moments, each weighted by its share of the axis, known after `forward`."""
        signals = [self._aligned(signal) for signal in inputs]
        shares = [size / sum(self.sizes) for size in self.sizes]
        weighted = (
            sum(share * moment for share, moment in zip(shares, each, strict=True))
            for each in zip(*signals, strict=True)
        )
        return moments(*weighted)

    def predict_back(self, inputs: Sequence[Moments], gradient: Array) -> list[Array]:
        """Return the mean square itself for each input; over all positions if these are concatenated."""
        passed = gradient if self.axis == 1 else np.asarray(gradient.mean())
        return [passed for _ in inputs]

    def _aligned(self, signal: Moments) -> Moments:
        """Return the moments at each position if channels are concatenated, else over all positions."""
        return signal if self.axis == 1 else signal.overall()

"""Layers that join several signals into one: sum, product, concatenation.

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
from winitgen.catalog.layers.merge import Add, Concat, Merge, Multiply
from winitgen.numeric.arrays import Array
from winitgen.probing.operations.operation import Moments, Operation, moments


class _ValueByValueOp(Operation):
    """Signals of one shape, joined elementwise."""

    layer: Merge
    function: ClassVar[np.ufunc]

    def forward(self, inputs: Sequence[Array], *, keep: bool) -> Array:
        """Return all inputs joined by ``function``."""
        return self.joined(inputs)

    def joined(self, inputs: Sequence[Array]) -> Array:
        """Return arrays of one shape joined by ``function``, as a new array."""
        out = np.empty(inputs[0].shape, np.result_type(*inputs))

        def join(run: slice) -> None:
            np.copyto(out[run], inputs[0][run])
            for other in inputs[1:]:
                self.function(out[run], other[run], out=out[run])

        self.workers.each(join, self.workers.runs(len(out)))
        return out

    def _independent(self, inputs: Sequence[Moments]) -> bool:
        """Return whether all inputs are outputs of different layers."""
        return len(set(self.layer.from_)) == len(inputs)


class AddOp(_ValueByValueOp):
    """The sum, also of a residual's branch and shortcut."""

    layers: ClassVar[tuple[type[Layer], ...]] = (Add,)
    function = np.add

    def backward(self, gradient: Array) -> list[Array | None]:
        """Return the gradient itself for each input."""
        return [gradient for _ in self.layer.from_]

    def predict(self, inputs: Sequence[Moments]) -> Moments | None:
        """Return the sum of the means, of the variances and of the covariances."""
        if not self._independent(inputs):
            return None
        mean = np.asarray(sum(signal.mean for signal in inputs))
        variance, covariance = (sum(map(attrgetter(name), inputs)) for name in ("variance", "covariance"))
        return moments(mean, mean**2 + variance, mean.mean() ** 2 + covariance)

    def predict_back(self, inputs: Sequence[Moments], gradient: Array) -> list[Array] | None:
        """Return the mean square itself for each input, if all are outputs of different layers."""
        return [gradient for _ in inputs] if self._independent(inputs) else None


class MultiplyOp(_ValueByValueOp):
    """The product."""

    layers: ClassVar[tuple[type[Layer], ...]] = (Multiply,)
    function = np.multiply

    def forward(self, inputs: Sequence[Array], *, keep: bool) -> Array:
        """Return the product; the gradient of each input needs the others."""
        self.inputs = list(inputs) if keep else []
        return super().forward(inputs, keep=keep)

    def backward(self, gradient: Array) -> list[Array | None]:
        """Return, for each input, the gradient times all the others."""
        signals = self.inputs
        return [self.joined([gradient, *signals[:i], *signals[i + 1 :]]) for i in range(len(signals))]

    def predict(self, inputs: Sequence[Moments]) -> Moments | None:
        """Return the products of the means, of the mean squares and of the shared moments."""
        return moments(*map(math.prod, zip(*inputs, strict=True))) if self._independent(inputs) else None

    def predict_back(self, inputs: Sequence[Moments], gradient: Array) -> list[Array] | None:
        """Return, for each input, the mean square times the squares of all the others."""
        if not self._independent(inputs):
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
        self.axis = self.layer.axis + 1 if self.layer.axis >= 0 else self.layer.axis + inputs[0].ndim
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

"""Learned values that multiply the flow, or are added to it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from winitgen.catalog.layers.layer import Layer
from winitgen.catalog.layers.scale import Broadcast, Scale, Shift
from winitgen.numeric.arrays import Array
from winitgen.probing.operations.operation import Moments, Operation, moments


class _BroadcastOp(Operation):
    """A map by values that are the same for all samples, and along some axes."""

    layer: Broadcast
    function: ClassVar[np.ufunc]

    def forward(self, inputs: Sequence[Array], *, keep: bool) -> Array:
        """Return the input joined with the values by ``function``."""
        self.shape = inputs[0].shape[1:]
        self.weights.reads(inputs[0])
        return self.joined(inputs[0])

    def learn(self, terms: Array) -> None:
        """Leave the gradient of the values: ``terms``, one for each value of the output, summed over what shares a value."""
        along = self.layer.along(len(self.shape))
        axes = (0, *(axis + 1 for axis in range(len(self.shape)) if axis not in along))
        self.weights.learned("", terms.sum(axes).reshape(self.weights.needed("").shape))

    def joined(self, array: Array) -> Array:
        """Return an array of the input's shape joined with the values, as a new array."""
        values, out = self._values(), np.empty_like(array)
        self.workers.each(
            lambda run: self.function(array[run], values, out=out[run]), self.workers.runs(len(out))
        )
        return out

    def _values(self) -> Array:
        """Return the values in a shape that broadcasts to a sample."""
        along = self.layer.along(len(self.shape))
        return self.weights.needed("").reshape(
            [size if axis in along else 1 for axis, size in enumerate(self.shape)]
        )

    def alike(self) -> float:
        """Return the share of pairs of positions of one unit that have the same value, known after `forward`.

        The last of several axes is that of the units.
        """
        positions = [self.shape[axis] for axis in self.layer.along(len(self.shape))[:-1]]
        return 1 / float(math.prod(positions))


class ScaleOp(_BroadcastOp):
    """The product with a value for each index of some axes."""

    layers: ClassVar[tuple[type[Layer], ...]] = (Scale,)
    function = np.multiply

    def backward(self, gradient: Array) -> list[Array | None]:
        """Return the gradient times the values."""
        if self.weights.learns:
            self.learn(gradient * self.weights.read())
        return [self.joined(gradient)]

    def predict(self, inputs: Sequence[Moments]) -> Moments:
        """Return the products of the moments: the values are independent of the signal."""
        signal, planned = inputs[0], self.weights.planned("")
        shared = planned.mean**2 + planned.variance * self.alike()
        return moments(signal.mean * planned.mean, signal.square * planned.square, signal.shared * shared)

    def predict_back(self, inputs: Sequence[Moments], gradient: Array) -> list[Array]:
        """Return the mean square times that of the values."""
        return [np.asarray(gradient * self.weights.planned("").square)]


class ShiftOp(_BroadcastOp):
    """The sum with a value for each index of some axes."""

    layers: ClassVar[tuple[type[Layer], ...]] = (Shift,)
    function = np.add

    def backward(self, gradient: Array) -> list[Array | None]:
        """Return the gradient itself."""
        if self.weights.learns:
            self.learn(gradient)
        return [gradient]

    def predict(self, inputs: Sequence[Moments]) -> Moments:
        """Return the moments of the sum: the values are independent of the signal."""
        planned = self.weights.planned("")
        shared = planned.mean**2 + planned.variance * self.alike()
        return inputs[0].plus(planned.mean, planned.square, shared)

    def predict_back(self, inputs: Sequence[Moments], gradient: Array) -> list[Array]:
        """Return the mean square itself."""
        return [gradient]

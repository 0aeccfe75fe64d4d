"""Layers that take a part of a signal along one axis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from winitgen.catalog.layers.layer import Layer
from winitgen.catalog.layers.slices import Select, Slice, Taken
from winitgen.numeric.arrays import Array
from winitgen.numeric.workers import Workers
from winitgen.probing.operations.columns import Index
from winitgen.probing.operations.operation import Moments, Operation, axis_of_batch, moments
from winitgen.probing.weights import DrawnWeights


class TakenOp(Operation):
    """A part of the signal; the gradient of the rest is 0.

    Theory takes all units to be alike, and all positions of an image, but for their own moments. Those of a
    sequence may differ, such as a class token from the others, and theory does not know by what.
    """

    layers: ClassVar[tuple[type[Layer], ...]] = (Taken,)
    layer: Slice | Select

    def __init__(self, layer: Layer, weights: DrawnWeights, workers: Workers) -> None:
        super().__init__(layer, weights, workers)
        self.shape: tuple[int, ...] = ()
        self.axis = 1
        self.share = 1.0

    def forward(self, inputs: Sequence[Array], *, keep: bool) -> Array:
        """Return the part, contiguous in memory, and note the shape of the whole."""
        self.shape = inputs[0].shape
        self.axis = axis_of_batch(self.layer.axis, inputs[0])
        self.index: Index = (*(slice(None),) * self.axis, self._taken())
        out = np.ascontiguousarray(inputs[0][self.index])
        self.share = out.size / inputs[0].size
        return out

    def backward(self, gradient: Array) -> list[Array | None]:
        """Return the gradient in its place, and 0 elsewhere."""
        out = np.zeros(self.shape, gradient.dtype)
        out[self.index] = gradient
        return [out]

    def predict(self, inputs: Sequence[Moments]) -> Moments | None:
        """Return the moments of the positions that are taken; those of a sequence are not known."""
        signal, spatial = inputs[0], self.shape[2:]
        image = max(signal.mean.ndim, signal.square.ndim) > 0
        if self.axis == 1 and len(self.shape) == 3 and not image:
            return None
        if not image or (self.axis == 1 and isinstance(self.layer, Slice)):
            return signal
        if self.axis == 1:
            return signal.overall()
        index = self.index[2:]
        mean, square = (np.broadcast_to(field, spatial)[index] for field in (signal.mean, signal.square))
        return moments(mean, square, signal.shared)

    def predict_back(self, inputs: Sequence[Moments], gradient: Array) -> list[Array]:
        """Return the mean square over all positions, of which only a share has a gradient."""
        kept = self.axis == 1 and isinstance(self.layer, Slice)
        return [np.asarray((gradient if kept else gradient.mean()) * self.share)]

    def _taken(self) -> slice | int:
        """Return the index along the axis."""
        own = self.layer
        return own.index if isinstance(own, Select) else slice(own.start, own.stop, own.step)

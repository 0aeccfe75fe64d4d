"""Layers that only rearrange values: reshape, flatten and permute."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from winitgen.catalog.layers.layer import Layer
from winitgen.catalog.layers.shapes import Flatten, Permute, Reshape
from winitgen.numeric.arrays import Array
from winitgen.probing.operations.operation import Moments, Operation, moments


class ReshapedOp(Operation):
    """The values of a sample in another shape, in the same order; flatten has a single axis."""

    layers: ClassVar[tuple[type[Layer], ...]] = (Flatten, Reshape)
    layer: Flatten | Reshape
    shown: ClassVar[bool] = False

    def forward(self, inputs: Sequence[Array], *, keep: bool) -> Array:
        """Return (samples, *shape), a view if possible."""
        self.shape = inputs[0].shape
        axes = self.layer.shape if isinstance(self.layer, Reshape) else (-1,)
        out = inputs[0].reshape(len(inputs[0]), *axes)
        self.joined = math.prod(out.shape[2:]) if inputs[0].ndim == 2 and out.ndim > 3 else 1
        return out

    def backward(self, gradient: Array) -> list[Array | None]:
        """Return the gradient in the shape of the input."""
        return [gradient.reshape(self.shape)]

    def predict(self, inputs: Sequence[Moments]) -> Moments:
        """Return the moments over all positions, as the layer does not preserve them.

        Units that become positions of one channel, counted by `forward`, share only the mean with each other.
        """
        mean, square, _ = inputs[0].overall()
        return moments(mean, square, mean**2 + inputs[0].covariance / self.joined)

    def predict_back(self, inputs: Sequence[Moments], gradient: Array) -> list[Array]:
        """Return the mean square over all positions."""
        return [np.asarray(gradient.mean())]


class PermuteOp(Operation):
    """The axes of a sample in another order."""

    layers: ClassVar[tuple[type[Layer], ...]] = (Permute,)
    layer: Permute
    shown: ClassVar[bool] = False

    def forward(self, inputs: Sequence[Array], *, keep: bool) -> Array:
        """Return the sample with its axes permuted by ``axes``, contiguous in memory."""
        self.axes = (0, *(axis + 1 for axis in self.layer.axes))
        return np.ascontiguousarray(inputs[0].transpose(self.axes))

    def backward(self, gradient: Array) -> list[Array | None]:
        """Return the gradient with its axes in the original order."""
        return [np.ascontiguousarray(gradient.transpose(np.argsort(self.axes)))]

    def predict(self, inputs: Sequence[Moments]) -> Moments:
        """Return the moments over all positions: channels may become positions, and positions channels."""
        return inputs[0].overall()

    def predict_back(self, inputs: Sequence[Moments], gradient: Array) -> list[Array]:
        """Return the mean square over all positions."""
        return [np.asarray(gradient.mean())]

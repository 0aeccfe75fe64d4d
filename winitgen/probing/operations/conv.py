"""Convolutions: each filter sums the channels of its group under a window."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import ClassVar

from winitgen.catalog.layers.conv import Conv, Convolution
from winitgen.catalog.layers.layer import Layer
from winitgen.numeric.arrays import Array
from winitgen.numeric.workers import Workers
from winitgen.planning.plan import PlannedLayer
from winitgen.probing.operations.columns import ROOM
from winitgen.probing.operations.filters import Filters
from winitgen.probing.operations.geometry import flowing, slide_of
from winitgen.probing.operations.held import Batched, Held
from winitgen.probing.operations.operation import Moments, Operation
from winitgen.probing.weights import DrawnWeights


class ConvolutionOp(Operation):
    """One kernel, over windows of an image."""

    layer: Convolution

    def __init__(self, layer: Layer, weights: DrawnWeights, workers: Workers) -> None:
        super().__init__(layer, weights, workers)
        self.filters = self.kernel()

    @classmethod
    def held(cls, planned: PlannedLayer, batched: Batched) -> Held:
        """Return what the columns of each thread take, and a second copy of the kernels for the adjoint."""
        kernels = [one for one in planned.parameters if one.role == "kernel"]
        column = max((math.prod(kernel.shape) // min(kernel.shape[:2]) for kernel in kernels), default=0)
        columns = 2 * batched.threads * max(ROOM // 4, column)
        return Held(0, columns, columns + sum(kernel.size for kernel in kernels))

    def kernel(self) -> Filters:
        """Return the kernel with its bias."""
        raise NotImplementedError

    def set_windows(self, sample: tuple[int, ...]) -> None:
        """Set the windows for an image of the shape (channels, *spatial)."""
        self.filters.set_windows(sample[1:], slide_of(self.layer, sample, flowing(self.layer, sample)[1:]))

    def forward(self, inputs: Sequence[Array], *, keep: bool) -> Array:
        """Return (samples, filters, *spatial) from (samples, channels, *spatial)."""
        self.set_windows(inputs[0].shape[1:])
        return self.filters.forward(inputs[0])

    def backward(self, gradient: Array) -> list[Array | None]:
        """Return the gradient of the image: that of the output, spread over the pixels of each window."""
        return [self.filters.backward(gradient)]

    def predict(self, inputs: Sequence[Moments]) -> Moments:
        """Return the moments at each position, for an image of the size last given to `forward`."""
        return self.filters.predict(inputs[0])

    def predict_back(self, inputs: Sequence[Moments], gradient: Array) -> list[Array]:
        """Return the mean square of the gradient at each pixel of the image."""
        return [self.filters.predict_back(gradient)]


class ConvOp(ConvolutionOp):
    """A convolution, with windows over its input."""

    layers: ClassVar[tuple[type[Layer], ...]] = (Conv,)
    layer: Conv

    def kernel(self) -> Filters:
        """Return the kernel (filters, channels / groups, *size) with its bias."""
        return Filters(self.weights, self.workers, self.layer.groups)

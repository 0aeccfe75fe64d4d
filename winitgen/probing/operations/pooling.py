"""Average pooling: over each window, or over a whole channel."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from winitgen.catalog.layers.layer import Layer
from winitgen.catalog.layers.pooling import AvgPool, GlobalAvgPool, Pool
from winitgen.numeric.arrays import Array
from winitgen.numeric.workers import Workers
from winitgen.probing.operations.fields import gathered, scattered
from winitgen.probing.operations.geometry import flowing, slide_of
from winitgen.probing.operations.operation import Moments, Operation
from winitgen.probing.operations.windows import correlate, spread
from winitgen.probing.spans import Sizes, Slide
from winitgen.probing.weights import DrawnWeights


class PoolOp(Operation):
    """Windows over each channel separately; `forward` sets the size of the image."""

    layer: Pool

    def __init__(self, layer: Layer, weights: DrawnWeights, workers: Workers) -> None:
        super().__init__(layer, weights, workers)
        self.spatial: Sizes = ()
        self.slide = Slide((), (), (), (), ())

    def set_windows(self, sample: Sizes) -> None:
        """Set the windows for an image of the shape (channels, *spatial)."""
        self.spatial = sample[1:]
        self.slide = slide_of(self.layer, sample, flowing(self.layer, sample)[1:])

    @property
    def disjoint(self) -> bool:
        """Whether no pixel lies in two windows."""
        return all(step >= size for step, size in zip(self.slide.strides, self.slide.size, strict=True))


class AvgPoolOp(PoolOp):
    """The mean of each window. Padding given as a number counts as zeros; padding `same` does not count."""

    layers: ClassVar[tuple[type[Layer], ...]] = (AvgPool,)

    def forward(self, inputs: Sequence[Array], *, keep: bool) -> Array:
        """Return (samples, channels, *positions) from (samples, channels, *spatial)."""
        images = inputs[0]
        self.set_windows(images.shape[1:])
        kernel = self._kernel(images)
        means = correlate(images, kernel, self.slide, self.workers, groups=len(kernel))
        means /= self._counted()
        return means

    def backward(self, gradient: Array) -> list[Array | None]:
        """Return the gradient of the image: that of each window, divided equally among its pixels."""
        kernel = self._kernel(gradient)
        shares = (gradient / self._counted()).astype(gradient.dtype, copy=False)
        return [spread(shares, kernel, self.slide, self.spatial, self.workers, groups=len(kernel))]

    def predict_back(self, inputs: Sequence[Moments], gradient: Array) -> list[Array] | None:
        """Return the mean square of each pixel's share, None if windows overlap, whose shares are correlated."""
        if not self.disjoint:
            return None
        return [scattered(gradient / self._counted() ** 2, self.slide, self.spatial, self.workers)]

    def _kernel(self, images: Array) -> Array:
        """Return a kernel of ones for each channel."""
        return np.ones((images.shape[1], 1, *self.slide.size), images.dtype)

    def _counted(self) -> Array:
        """Return the number of values in the mean of each window."""
        if self.layer.padding == "same":
            return gathered(np.ones(()), self.slide, self.spatial, self.workers)
        return np.asarray(math.prod(self.slide.size))


class GlobalAvgPoolOp(Operation):
    """The mean of each channel over all pixels."""

    layers: ClassVar[tuple[type[Layer], ...]] = (GlobalAvgPool,)

    def __init__(self, layer: Layer, weights: DrawnWeights, workers: Workers) -> None:
        super().__init__(layer, weights, workers)
        self.spatial: Sizes = ()

    def forward(self, inputs: Sequence[Array], *, keep: bool) -> Array:
        """Return (samples, channels) from (samples, channels, *spatial)."""
        images = inputs[0]
        self.spatial = images.shape[2:]
        out = np.empty(images.shape[:2], images.dtype)

        def mean(run: slice) -> None:
            np.mean(images[run], axis=tuple(range(2, images.ndim)), out=out[run])

        self.workers.each(mean, self.workers.runs(len(images)))
        return out

    def backward(self, gradient: Array) -> list[Array | None]:
        """Return the gradient of the image: that of each channel, divided equally among all pixels."""
        shares = gradient / gradient.dtype.type(math.prod(self.spatial))
        spread_out = shares.reshape(*gradient.shape, *(1,) * len(self.spatial))
        return [np.broadcast_to(spread_out, (*gradient.shape, *self.spatial)).copy()]

    def predict_back(self, inputs: Sequence[Moments], gradient: Array) -> list[Array]:
        """Return the mean square of each pixel's share."""
        return [np.asarray(gradient.mean() / math.prod(self.spatial) ** 2)]

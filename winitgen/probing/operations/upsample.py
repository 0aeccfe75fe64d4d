"""Enlarged images: pixels repeated, or interpolated."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from winitgen.catalog.layers.layer import Layer
from winitgen.catalog.layers.upsample import Upsample, Upsample2d
from winitgen.numeric.arrays import Array
from winitgen.probing.operations.operation import Moments, Operation, moments


class UpsampleOp(Operation):
    """Each spatial axis by itself is a linear map, and so is the gradient back.

    Theory knows the moments of repeated pixels. Those of interpolated ones, and of the summed gradients of
    the copies of a pixel, depend on the correlation of neighbours.
    """

    layers: ClassVar[tuple[type[Layer], ...]] = (Upsample,)
    layer: Upsample

    @property
    def linear(self) -> bool:
        """Whether pixels are interpolated."""
        return isinstance(self.layer, Upsample2d) and self.layer.mode == "bilinear"

    def forward(self, inputs: Sequence[Array], *, keep: bool) -> Array:
        """Return (samples, channels, *larger) from (samples, channels, *spatial)."""
        images, factors = inputs[0], self.layer.factors
        self.spatial = images.shape[2:]
        larger = (size * factor for size, factor in zip(self.spatial, factors, strict=True))
        out = np.empty((*images.shape[:2], *larger), images.dtype)

        def enlarge(run: slice) -> None:
            block = images[run]
            for axis, factor in enumerate(factors, start=2):
                if self.linear:
                    block = _mapped(block, interpolation(block.shape[axis], factor, images.dtype), axis)
                else:
                    block = block.repeat(factor, axis)
            out[run] = block

        self.workers.each(enlarge, self.workers.runs(len(images)))
        return out

    def backward(self, gradient: Array) -> list[Array | None]:
        """Return the gradient of each pixel: the sum over the pixels that it reaches, weighted as before."""
        factors = self.layer.factors
        out = np.empty((*gradient.shape[:2], *self.spatial), gradient.dtype)

        def gather(run: slice) -> None:
            block = gradient[run]
            for axis, (size, factor) in enumerate(zip(self.spatial, factors, strict=True), start=2):
                if self.linear:
                    block = _mapped(block, interpolation(size, factor, gradient.dtype).T, axis)
                else:
                    block = block.reshape(*block.shape[:axis], size, factor, *block.shape[axis + 1 :]).sum(
                        axis + 1
                    )
            out[run] = block

        self.workers.each(gather, self.workers.runs(len(gradient)))
        return [out]

    def predict(self, inputs: Sequence[Moments]) -> Moments | None:
        """Return the moments at each pixel, repeated; None if pixels are interpolated."""
        return None if self.linear else moments(*(self._repeated(field) for field in inputs[0]))

    def _repeated(self, field: Array) -> Array:
        """Return a field over the pixels with each repeated; a number for all pixels stays."""
        for axis, factor in enumerate(self.layer.factors if field.ndim else ()):
            field = field.repeat(factor, axis)
        return field


def interpolation(size: int, factor: int, dtype: np.dtype[np.generic]) -> Array:
    """Return the weights (size * factor, size) of the pixels of an axis in those of the enlarged one.

    The centres of pixels are at (i + 1/2) / size of the axis, and beyond the first and the last of them the
    image is constant: ``align_corners=False`` of PyTorch, ``UpSampling2D`` of Keras.
    """
    at = np.clip((np.arange(size * factor) + 0.5) / factor - 0.5, 0, size - 1)
    distance = np.abs(at[:, None] - np.arange(size))
    weights: Array = np.maximum(1 - distance, 0).astype(dtype)
    return weights


def _mapped(images: Array, matrix: Array, axis: int) -> Array:
    """Return the images with a linear map applied along an axis."""
    return np.moveaxis(np.matmul(np.moveaxis(images, axis, -1), matrix.T), -1, axis)

"""Convolutions with separate kernels for each channel: depthwise and separable."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from winitgen.catalog.layers.depthwise import Depthwise, Separable
from winitgen.catalog.layers.layer import Layer
from winitgen.numeric.arrays import Array
from winitgen.numeric.workers import Workers
from winitgen.probing.operations.conv import ConvolutionOp
from winitgen.probing.operations.filters import Filters
from winitgen.probing.operations.operation import Moments
from winitgen.probing.spans import Slide
from winitgen.probing.weights import DrawnWeights


class DepthwiseOp(ConvolutionOp):
    """A convolution with as many groups as channels."""

    layers: ClassVar[tuple[type[Layer], ...]] = (Depthwise,)
    layer: Depthwise
    part: ClassVar[str] = ""

    def kernel(self) -> Filters:
        """Return the kernel (channels * depth_multiplier, 1, *size), with its bias if any."""
        channels = len(self.weights.needed("kernel", self.part)) // self.layer.depth_multiplier
        return Filters(self.weights, self.workers, channels, self.part)


class SeparableOp(DepthwiseOp):
    """A depthwise convolution, then a pointwise one that mixes the channels and has the bias."""

    layers: ClassVar[tuple[type[Layer], ...]] = (Separable,)
    part: ClassVar[str] = "depthwise"

    def __init__(self, layer: Layer, weights: DrawnWeights, workers: Workers) -> None:
        super().__init__(layer, weights, workers)
        self.pointwise = Filters(weights, workers, 1, "pointwise")

    def forward(self, inputs: Sequence[Array], *, keep: bool) -> Array:
        """Return (samples, filters, *spatial) from (samples, channels, *spatial)."""
        mapped = super().forward(inputs, keep=keep)
        spatial = mapped.shape[2:]
        ones, zeros = (1,) * len(spatial), (0,) * len(spatial)
        self.pointwise.set_windows(spatial, Slide(ones, ones, ones, zeros, spatial))
        return self.pointwise.forward(mapped)

    def backward(self, gradient: Array) -> list[Array | None]:
        """Return the gradient of the image, through both convolutions."""
        return super().backward(self.pointwise.backward(gradient))

    def predict(self, inputs: Sequence[Moments]) -> Moments:
        """Return the moments at each position, through both convolutions."""
        return self.pointwise.predict(super().predict(inputs))

    def predict_back(self, inputs: Sequence[Moments], gradient: Array) -> list[Array]:
        """Return the mean square of the gradient at each pixel of the image, through both convolutions."""
        return super().predict_back(inputs, self.pointwise.predict_back(gradient))

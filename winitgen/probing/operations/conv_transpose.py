"""Transposed convolutions: every pixel adds a scaled kernel to the larger image."""

from __future__ import annotations

from typing import ClassVar

from winitgen.catalog.layers.conv_transpose import ConvTranspose
from winitgen.catalog.layers.layer import Layer
from winitgen.probing.operations.conv import ConvOp
from winitgen.probing.operations.filters import Filters
from winitgen.probing.operations.geometry import flowing, slide_of


class ConvTransposeOp(ConvOp):
    """The adjoint of a convolution, with windows over its output."""

    layers: ClassVar[tuple[type[Layer], ...]] = (ConvTranspose,)

    def kernel(self) -> Filters:
        """Return the kernel (channels, filters / groups, *size) with its bias."""
        return Filters(self.weights, self.workers, self.layer.groups, transposed=True)

    def set_windows(self, sample: tuple[int, ...]) -> None:
        """Set the windows, one for each pixel of an image (channels, *spatial)."""
        spatial = flowing(self.layer, sample)[1:]
        self.filters.set_windows(spatial, slide_of(self.layer, sample, sample[1:]))

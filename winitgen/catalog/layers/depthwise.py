"""Convolutions in which each channel has its own kernels: depthwise and separable."""

from __future__ import annotations

import math
from typing import Annotated, ClassVar

from winitgen.catalog.init import Init
from winitgen.catalog.layers import meanings
from winitgen.catalog.layers.conv import Convolution
from winitgen.catalog.layers.flow import Flow
from winitgen.catalog.layers.kernel_norm import MEANING, NormedKernel, NormOfKernel
from winitgen.catalog.layers.kinds import Padding, Size, Sizes
from winitgen.catalog.layers.layer import size_of
from winitgen.catalog.layers.weight import Weight
from winitgen.catalog.layers.windows import check_image


class Depthwise(Convolution, NormedKernel, frozen=True, kw_only=True):
    """A convolution with a kernel for each channel, over any number of axes."""

    family: ClassVar[str] = "depthwise"

    kernel_size: Annotated[Sizes, meanings.KERNEL_SIZE]
    depth_multiplier: Annotated[Size, "Kernels for each channel that flows in"] = 1
    strides: Annotated[Sizes, meanings.STRIDES] = 1
    padding: Annotated[Padding, meanings.PADDING] = "valid"
    dilation: Annotated[Sizes, meanings.DILATION] = 1
    kernel_norm: Annotated[NormOfKernel | None, MEANING] = None

    def flow(self, incoming: Flow | None) -> Flow:
        """Slide the kernels of each channel over its spatial axes."""
        check_image(self, incoming, self.rank)
        channels = size_of(self, incoming, 0)
        return self.slide(incoming, None if channels is None else channels * self.depth_multiplier)

    def depthwise(self, incoming: Flow | None) -> Weight | None:
        """Return the kernel (channels * depth_multiplier, 1, *kernel_size).

        Filter m of channel c has index c * depth_multiplier + m, as in a convolution with as many groups as
        channels. An output sees receptive_field_size inputs, its fan_in; an input reaches
        depth_multiplier * receptive_field_size / strides outputs on average, its fan_out.
        """
        channels = size_of(self, incoming, 0)
        if channels is None:
            return None
        fan_in = math.prod(self.taps)
        fan_out = self.per_stride(self.depth_multiplier * fan_in)
        shape = (channels * self.depth_multiplier, 1, *self.taps)
        return Weight("kernel", shape, "init", fan_in, fan_out, groups=channels)

    def weights(self, incoming: Flow | None) -> list[Weight]:
        """The kernel of `depthwise`, and a bias (channels * depth_multiplier,)."""
        kernel = self.depthwise(incoming)
        if kernel is None or kernel.fan_in is None or kernel.fan_out is None:
            return []
        return [kernel, *self.bias(kernel.shape[0], kernel.fan_in, kernel.fan_out)]


class DepthwiseConv1d(Depthwise, frozen=True, kw_only=True):
    """Convolution over a sequence, each channel separately, ``depth_multiplier`` times."""

    type: ClassVar[str] = "depthwise_conv1d"
    rank: ClassVar[int] = 1


class DepthwiseConv2d(Depthwise, frozen=True, kw_only=True):
    """Convolution over an image, each channel separately, ``depth_multiplier`` times."""

    type: ClassVar[str] = "depthwise_conv2d"
    rank: ClassVar[int] = 2


class Separable(Depthwise, frozen=True, kw_only=True):
    """A depthwise convolution, then a pointwise one that mixes the channels (Chollet 2017)."""

    filters: Annotated[Size, meanings.FILTERS]

    def flow(self, incoming: Flow | None) -> Flow:
        """Replace the channels by ``filters`` and slide the kernels over the spatial axes."""
        flow = super().flow(incoming)
        return flow if flow.shape is None else flow._replace(shape=(self.filters, *flow.shape[1:]))

    def weights(self, incoming: Flow | None) -> list[Weight]:
        """Parts ``depthwise``, a kernel, and ``pointwise``, a kernel and the bias.

        Pointwise is a convolution with kernel size 1: kernel (filters, channels * depth_multiplier, 1 ...),
        bias (filters,). The strides are those of depthwise. Only pointwise meets the activation: none lies
        between the two, so ``auto`` is Xavier for depthwise.
        """
        depthwise = self.depthwise(incoming)
        if depthwise is None:
            return []
        channels = depthwise.shape[0]
        shape = (self.filters, channels, *(1,) * self.rank)
        pointwise = [
            Weight("kernel", shape, "init", channels, self.filters, groups=1),
            *self.bias(self.filters, channels, self.filters),
        ]
        return [
            depthwise._replace(part="depthwise", auto=Init("xavier")),
            *(weight._replace(part="pointwise") for weight in pointwise),
        ]


class SeparableConv1d(Separable, frozen=True, kw_only=True):
    """Depthwise convolution over a sequence, then a pointwise one over all channels."""

    type: ClassVar[str] = "separable_conv1d"
    rank: ClassVar[int] = 1


class SeparableConv2d(Separable, frozen=True, kw_only=True):
    """Depthwise convolution over an image, then a pointwise one over all channels."""

    type: ClassVar[str] = "separable_conv2d"
    rank: ClassVar[int] = 2

"""Transposed convolutions, which write larger images: the generators' and decoders' layer."""

from __future__ import annotations

import math
from typing import Annotated, ClassVar

from msgspec import Meta

from winitgen.catalog.layers.conv import Conv
from winitgen.catalog.layers.layer import Flow, Index, Weight, per_axis, size_of
from winitgen.catalog.layers.windows import spread

OutputPadding = Annotated[
    Index | tuple[Index, ...], Meta(description="a whole number, or a list of them, one for each axis")
]


class _ConvTranspose(Conv, frozen=True, kw_only=True):
    """The part that does not depend on the number of axes."""

    output_padding: OutputPadding | None = None

    def flow(self, incoming: Flow | None) -> Flow:
        """Replace the channels by ``filters`` and spread the places out."""
        self.check(incoming)
        return spread(
            self,
            incoming,
            self.filters,
            rank=self.rank,
            kernel_size=self.kernel_size,
            strides=self.strides,
            padding=self.padding,
            dilation=self.dilation,
            output_padding=self.output_padding,
        )

    def weights(self, incoming: Flow | None) -> list[Weight]:
        """Kernel (channels, filters / groups, *kernel_size); bias (filters,).

        Each input reaches filters / groups * receptive_field_size outputs, its fan_out. An output
        sees channels / groups * receptive_field_size / strides inputs in the mean over the places,
        its fan_in: with a kernel of 3 and strides of 2, every other place sees 2, the rest 1.
        """
        channels = size_of(self, incoming, 0)
        if channels is None:
            return []
        kernel_size = per_axis(self, "kernel_size", self.kernel_size, self.rank)
        receptive_field_size = math.prod(kernel_size)
        steps = math.prod(per_axis(self, "strides", self.strides, self.rank))
        fan_in = _quotient(channels // self.groups * receptive_field_size, steps)
        fan_out = self.filters // self.groups * receptive_field_size
        shape = (channels, self.filters // self.groups, *kernel_size)
        kernel = Weight("kernel", shape, "init", fan_in, fan_out, groups=self.groups)
        return [kernel, *self.bias(self.filters, fan_in, fan_out)]


def _quotient(whole: int, parts: int) -> float:
    """Return ``whole / parts``, as a whole number where it is one."""
    return whole / parts if whole % parts else whole // parts


class Conv1dTranspose(_ConvTranspose, frozen=True, kw_only=True):
    """Transposed convolution over a sequence: channels, length."""

    type: ClassVar[str] = "conv1d_transpose"
    rank: ClassVar[int] = 1


class Conv2dTranspose(_ConvTranspose, frozen=True, kw_only=True):
    """Transposed convolution over an image: channels, height, width."""

    type: ClassVar[str] = "conv2d_transpose"
    rank: ClassVar[int] = 2


class Conv3dTranspose(_ConvTranspose, frozen=True, kw_only=True):
    """Transposed convolution over a volume: channels, depth, height, width."""

    type: ClassVar[str] = "conv3d_transpose"
    rank: ClassVar[int] = 3

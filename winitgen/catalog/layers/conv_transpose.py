"""Transposed convolutions, which enlarge images, as in generators and decoders."""

from __future__ import annotations

import math
from typing import Annotated, ClassVar

from msgspec import Meta

from winitgen.catalog.layers import meanings
from winitgen.catalog.layers.conv import Conv
from winitgen.catalog.layers.flow import Flow, Refusal, Shape
from winitgen.catalog.layers.kinds import Index, Padding
from winitgen.catalog.layers.layer import per_axis, size_of
from winitgen.catalog.layers.weight import Weight
from winitgen.catalog.layers.windows import Numbers, Window, halves

OutputPadding = Annotated[
    Index | tuple[Index, ...], Meta(description="a whole number, or a list of them, one for each axis")
]


class ConvTranspose(Conv, frozen=True, kw_only=True):
    """The adjoint of a convolution: its windows are laid over the output image."""

    family: ClassVar[str] = "transposed"
    spectral_axis: ClassVar[int] = 1

    padding: Annotated[Padding, meanings.TRANSPOSED_PADDING] = "valid"
    output_padding: Annotated[
        OutputPadding | None, "Positions added at the end of each axis; if absent, none"
    ] = None

    def pads(self, sizes: Shape, reach: Numbers, strides: Numbers) -> list[tuple[int, int]]:
        """Return how much is cut off before and after the positions that the windows reach, as in PyTorch.

        ``valid`` and ``same`` give Keras's sizes: without an ``output_padding``, ``valid`` outputs at least s
        positions for each input position, and ``same`` exactly s; with it, ``same`` leaves d (k - 1) + 1
        modulo 2 of the window. A negative second number counts added positions that no window reaches.
        """
        paddings: tuple[str | int, ...] = (
            (self.padding,) * self.rank
            if isinstance(self.padding, str)
            else per_axis(self, "padding", self.padding, self.rank)
        )
        extras = self._extras(strides)
        return [_cut(*axis) for axis in zip(reach, strides, extras, paddings, strict=True)]

    def positions(self, length: int, axis: int, window: Window, incoming: Flow | None) -> int:
        """Return (L - 1) s + reach - before - after, the output positions that L windows write."""
        reached = (length - 1) * window.strides[axis] + window.reach[axis]
        count = reached - window.before[axis] - window.after[axis]
        if count < 1:
            raise Refusal("padding", f"nothing is left along axis {axis + 1} of {incoming}; use less padding")
        return count

    def _extras(self, strides: Numbers) -> tuple[int | None, ...]:
        """Return the ``output_padding`` of each axis; raise `Refusal` if no kernel could reach it."""
        if self.output_padding is None:
            return (None,) * self.rank
        extras = per_axis(self, "output_padding", self.output_padding, self.rank)
        dilation = per_axis(self, "dilation", self.dilation, self.rank)
        for extra, step, gap in zip(extras, strides, dilation, strict=True):
            if extra >= max(step, gap):
                message = f"{extra} must be below the stride, {step}, or below the dilation, {gap}"
                raise Refusal("output_padding", message)
        return extras

    def weights(self, incoming: Flow | None) -> list[Weight]:
        """Kernel (channels, filters / groups, *kernel_size); bias (filters,).

        Each input reaches filters / groups * receptive_field_size outputs, its fan_out. An output
        sees channels / groups * receptive_field_size / strides inputs on average over the positions,
        its fan_in: with a kernel of 3 and strides of 2, every other position sees 2, the rest 1.
        """
        channels = size_of(self, incoming, 0)
        if channels is None:
            return []
        receptive_field_size = math.prod(self.taps)
        fan_in = self.per_stride(channels // self.groups * receptive_field_size)
        fan_out = self.filters // self.groups * receptive_field_size
        shape = (channels, self.filters // self.groups, *self.taps)
        kernel = Weight("kernel", shape, "init", fan_in, fan_out, groups=self.groups, transposed=True)
        return [kernel, *self.bias(self.filters, fan_in, fan_out)]


def _cut(reach: int, step: int, extra: int | None, padding: str | int) -> tuple[int, int]:
    """Return how much of one axis is cut off before and after."""
    if isinstance(padding, int):
        return padding, padding - (extra or 0)
    if padding == "same":
        return halves(reach - step if extra is None else reach - reach % 2 - extra)
    return 0, min(reach - step, 0) if extra is None else -extra


class Conv1dTranspose(ConvTranspose, frozen=True, kw_only=True):
    """Transposed convolution over a sequence: channels, length."""

    type: ClassVar[str] = "conv1d_transpose"
    rank: ClassVar[int] = 1


class Conv2dTranspose(ConvTranspose, frozen=True, kw_only=True):
    """Transposed convolution over an image: channels, height, width."""

    type: ClassVar[str] = "conv2d_transpose"
    rank: ClassVar[int] = 2


class Conv3dTranspose(ConvTranspose, frozen=True, kw_only=True):
    """Transposed convolution over a volume: channels, depth, height, width."""

    type: ClassVar[str] = "conv3d_transpose"
    rank: ClassVar[int] = 3

"""Convolutions over one, two and three spatial axes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, ClassVar

from winitgen.catalog.layers import meanings
from winitgen.catalog.layers.flow import Flow, Refusal
from winitgen.catalog.layers.kernel import Kernel
from winitgen.catalog.layers.kernel_norm import MEANING, NormedKernel, NormOfKernel
from winitgen.catalog.layers.kinds import Padding, Size, Sizes
from winitgen.catalog.layers.layer import per_axis, size_of
from winitgen.catalog.layers.weight import Weight
from winitgen.catalog.layers.windows import Windowed, check_image
from winitgen.numeric.amount import amount


class Convolution(Kernel, Windowed, frozen=True, kw_only=True):
    """What convolutions of every kind share: a kernel of ``kernel_size`` taps."""

    size_key: ClassVar[str] = "kernel_size"

    if TYPE_CHECKING:  # each family has the fields in another order
        kernel_size: Sizes
        strides: Sizes
        dilation: Sizes

    @property
    def window_size(self) -> Sizes:
        """The number of taps."""
        return self.kernel_size

    @property
    def taps(self) -> tuple[int, ...]:
        """The number of taps on each axis."""
        return per_axis(self, "kernel_size", self.kernel_size, self.rank)

    def per_stride(self, count: int) -> float:
        """Return ``count`` divided by the strides of all axes, as an int if it is whole.

        Of the windows that cover a position, or of the positions that a transposed window covers, one in
        ``strides`` is there: 9 / 4 in the mean, for a kernel of 3 x 3 and strides of 2 x 2.
        """
        steps = math.prod(per_axis(self, "strides", self.strides, self.rank))
        return count / steps if count % steps else count // steps


class Conv(Convolution, NormedKernel, frozen=True, kw_only=True):
    """A convolution that sums over the channels of a group, over any number of axes."""

    family: ClassVar[str] = "convolution"

    filters: Annotated[Size, meanings.FILTERS]
    kernel_size: Annotated[Sizes, meanings.KERNEL_SIZE]
    strides: Annotated[Sizes, meanings.STRIDES] = 1
    padding: Annotated[Padding, meanings.PADDING] = "valid"
    dilation: Annotated[Sizes, meanings.DILATION] = 1
    groups: Annotated[Size, "Groups of channels that are convolved separately"] = 1
    kernel_norm: Annotated[NormOfKernel | None, MEANING] = None

    def check(self, incoming: Flow | None) -> None:
        """Raise `Refusal` unless an image flows in, and the groups divide its channels and the filters."""
        check_image(self, incoming, self.rank)
        channels = size_of(self, incoming, 0)
        for what, more, count in (("channel", " that flow in", channels), ("filter", "", self.filters)):
            if count is not None and count % self.groups:
                raise Refusal("groups", f"{self.groups} groups do not divide the {amount(count, what)}{more}")

    def flow(self, incoming: Flow | None) -> Flow:
        """Replace the channels by ``filters`` and slide the kernel over the spatial axes."""
        self.check(incoming)
        return self.slide(incoming, self.filters)

    def weights(self, incoming: Flow | None) -> list[Weight]:
        """Kernel (filters, channels / groups, *kernel_size); bias (filters,).

        Each output sees channels / groups * receptive_field_size inputs, its fan_in. An input reaches
        filters / groups * receptive_field_size / strides outputs on average over the positions, its
        fan_out: the mirror of a transposed convolution's fan_in.
        """
        channels = size_of(self, incoming, 0)
        if channels is None:
            return []
        receptive_field_size = math.prod(self.taps)
        fan_in = channels // self.groups * receptive_field_size
        fan_out = self.per_stride(self.filters // self.groups * receptive_field_size)
        shape = (self.filters, channels // self.groups, *self.taps)
        kernel = Weight("kernel", shape, "init", fan_in, fan_out, groups=self.groups)
        return [kernel, *self.bias(self.filters, fan_in, fan_out)]


class Conv1d(Conv, frozen=True, kw_only=True):
    """Convolution over a sequence: channels, length."""

    type: ClassVar[str] = "conv1d"
    rank: ClassVar[int] = 1


class Conv2d(Conv, frozen=True, kw_only=True):
    """Convolution over an image: channels, height, width."""

    type: ClassVar[str] = "conv2d"
    rank: ClassVar[int] = 2


class Conv3d(Conv, frozen=True, kw_only=True):
    """Convolution over a volume: channels, depth, height, width."""

    type: ClassVar[str] = "conv3d"
    rank: ClassVar[int] = 3

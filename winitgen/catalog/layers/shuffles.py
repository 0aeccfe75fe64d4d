"""Layers that exchange channels with each other, or with pixels."""

from __future__ import annotations

from typing import Annotated, ClassVar

from winitgen.catalog.layers.flow import UNKNOWN, Flow, Refusal
from winitgen.catalog.layers.kinds import Size
from winitgen.catalog.layers.layer import Layer, refuse_tokens
from winitgen.catalog.layers.windows import check_image
from winitgen.numeric.amount import amount


class ChannelShuffle(Layer, frozen=True, kw_only=True):
    """Interleaves groups of channels: the first of each group, then the second of each (ShuffleNet)."""

    type: ClassVar[str] = "channel_shuffle"
    transparent: ClassVar[bool] = True

    groups: Annotated[Size, "Groups of channels that are interleaved; they must divide the channels"]

    def flow(self, incoming: Flow | None) -> Flow | None:
        """Leave the shape as it is."""
        refuse_tokens(self, incoming)
        if incoming is None or incoming.shape is None:
            return incoming
        if len(incoming.shape) == 1:
            raise Refusal(
                "", f"channel_shuffle takes channels and at least one spatial axis, but {incoming} flows in"
            )
        channels = incoming.shape[0]
        if channels is not None and channels % self.groups:
            raise Refusal(
                "groups", f"{self.groups} groups do not divide the {amount(channels, 'channel')} that flow in"
            )
        return incoming


class PixelMove(Layer, frozen=True, kw_only=True):
    """A layer between blocks of factor x factor pixels and factor^2 channels."""

    transparent: ClassVar[bool] = True

    factor: Annotated[Size, "Pixels along each side of a block"]

    def flow(self, incoming: Flow | None) -> Flow:
        """Return the new channels and the new spatial sizes; raise `Refusal` if they cannot be divided."""
        check_image(self, incoming, 2)
        if incoming is None:
            return Flow((None, None, None), image=True)
        if incoming.shape is None:
            return UNKNOWN
        channels, height, width = incoming.shape
        return Flow(tuple(self.moved(channels, height, width, str(incoming))), image=True)

    def moved(
        self, channels: int | None, height: int | None, width: int | None, shown: str
    ) -> list[int | None]:
        """Return the sizes that flow out; ``shown`` is what flows in, for a message."""
        raise NotImplementedError


class PixelShuffle(PixelMove, frozen=True, kw_only=True):
    """Moves factor^2 channels into blocks of factor x factor pixels, as sub-pixel convolution does."""

    type: ClassVar[str] = "pixel_shuffle"

    def moved(
        self, channels: int | None, height: int | None, width: int | None, shown: str
    ) -> list[int | None]:
        """Return channels / factor^2, and larger sizes."""
        area = self.factor**2
        if channels is not None and channels % area:
            raise Refusal(
                "factor",
                f"blocks of {self.factor} x {self.factor} pixels do not divide the {amount(channels, 'channel')}",
            )
        return [
            None if channels is None else channels // area,
            *(_times(size, self.factor) for size in (height, width)),
        ]


class PixelUnshuffle(PixelMove, frozen=True, kw_only=True):
    """Moves blocks of factor x factor pixels into factor^2 channels: the inverse of pixel_shuffle."""

    type: ClassVar[str] = "pixel_unshuffle"

    def moved(
        self, channels: int | None, height: int | None, width: int | None, shown: str
    ) -> list[int | None]:
        """Return channels * factor^2, and smaller sizes."""
        if any(size is not None and size % self.factor for size in (height, width)):
            raise Refusal("factor", f"blocks of {self.factor} x {self.factor} pixels do not divide {shown}")
        sizes = (None if size is None else size // self.factor for size in (height, width))
        return [_times(channels, self.factor**2), *sizes]


def _times(size: int | None, factor: int) -> int | None:
    return None if size is None else size * factor

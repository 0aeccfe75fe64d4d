"""Layers that enlarge an image without parameters."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from winitgen.catalog.layers.flow import UNKNOWN, Flow
from winitgen.catalog.layers.kinds import Sizes
from winitgen.catalog.layers.layer import Layer, per_axis
from winitgen.catalog.layers.windows import check_image, spatial_sizes

Interpolation = Annotated[
    Literal["nearest", "bilinear"],
    Meta(
        description="nearest, to repeat each pixel, or bilinear, to interpolate between the centres of pixels"
    ),
]


class Upsample(Layer, frozen=True, kw_only=True):
    """An image ``scale`` times as large along each spatial axis."""

    transparent: ClassVar[bool] = True
    rank: ClassVar[int]

    scale: Annotated[Sizes, "Factor for each spatial axis"]

    @property
    def factors(self) -> tuple[int, ...]:
        """The factor of each spatial axis; raises `Refusal` for a list of another length."""
        return per_axis(self, "scale", self.scale, self.rank)

    def flow(self, incoming: Flow | None) -> Flow:
        """Enlarge the spatial axes; the channels stay."""
        check_image(self, incoming, self.rank)
        factors = self.factors
        if incoming is not None and incoming.shape is None:
            return UNKNOWN
        channels = incoming.shape[0] if incoming is not None and incoming.shape else None
        sizes = zip(spatial_sizes(incoming, self.rank), factors, strict=True)
        spatial = (None if size is None else size * factor for size, factor in sizes)
        return Flow((channels, *spatial), image=True)


class Upsample1d(Upsample, frozen=True, kw_only=True):
    """Repeats each position of a sequence: channels, length."""

    type: ClassVar[str] = "upsample1d"
    rank: ClassVar[int] = 1


class Upsample2d(Upsample, frozen=True, kw_only=True):
    """Enlarges an image, by repeating pixels or by interpolating between them."""

    type: ClassVar[str] = "upsample2d"
    rank: ClassVar[int] = 2

    mode: Annotated[Interpolation, "How the new pixels are made"] = "nearest"


class Upsample3d(Upsample, frozen=True, kw_only=True):
    """Repeats each pixel of a volume: channels, depth, height, width."""

    type: ClassVar[str] = "upsample3d"
    rank: ClassVar[int] = 3

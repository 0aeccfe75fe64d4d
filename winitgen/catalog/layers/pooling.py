"""Pooling: the largest value or the mean of each window, or the mean of a whole channel."""

from __future__ import annotations

from typing import Annotated, ClassVar

from winitgen.catalog.layers import meanings
from winitgen.catalog.layers.flow import Flow
from winitgen.catalog.layers.kinds import Padding, Sizes
from winitgen.catalog.layers.layer import Layer
from winitgen.catalog.layers.windows import Windowed, check_image


class Pool(Windowed, frozen=True, kw_only=True):
    """A window of ``pool_size`` positions; it moves by its own size unless ``strides`` is given."""

    transparent: ClassVar[bool] = True
    size_key: ClassVar[str] = "pool_size"

    pool_size: Annotated[Sizes, "Size of the window along each axis"]
    strides: Annotated[Sizes | None, "Step of the window along each axis; if absent, pool_size"] = None
    padding: Annotated[Padding, meanings.PADDING] = "valid"

    @property
    def window_size(self) -> Sizes:
        """The number of positions."""
        return self.pool_size

    def flow(self, incoming: Flow | None) -> Flow:
        """Slide the window over the spatial axes; the channels stay."""
        check_image(self, incoming, self.rank)
        channels = incoming.shape[0] if incoming is not None and incoming.shape else None
        return self.slide(incoming, channels)


class GlobalAvgPool(Layer, frozen=True, kw_only=True):
    """The mean of each channel."""

    transparent: ClassVar[bool] = True
    rank: ClassVar[int]

    def flow(self, incoming: Flow | None) -> Flow | None:
        """Keep only the channels."""
        check_image(self, incoming, self.rank)
        if incoming is None or incoming.shape is None:
            return incoming
        return Flow(incoming.shape[:1])


class MaxPool(Pool, frozen=True, kw_only=True):
    """The largest value of each window."""


class AvgPool(Pool, frozen=True, kw_only=True):
    """The mean of each window."""


class MaxPool1d(MaxPool, frozen=True, kw_only=True):
    """Largest value of each window of a sequence."""

    type: ClassVar[str] = "max_pool1d"
    rank: ClassVar[int] = 1


class MaxPool2d(MaxPool, frozen=True, kw_only=True):
    """Largest value of each window of an image."""

    type: ClassVar[str] = "max_pool2d"
    rank: ClassVar[int] = 2


class MaxPool3d(MaxPool, frozen=True, kw_only=True):
    """Largest value of each window of a volume."""

    type: ClassVar[str] = "max_pool3d"
    rank: ClassVar[int] = 3


class AvgPool1d(AvgPool, frozen=True, kw_only=True):
    """Mean of each window of a sequence."""

    type: ClassVar[str] = "avg_pool1d"
    rank: ClassVar[int] = 1


class AvgPool2d(AvgPool, frozen=True, kw_only=True):
    """Mean of each window of an image."""

    type: ClassVar[str] = "avg_pool2d"
    rank: ClassVar[int] = 2


class AvgPool3d(AvgPool, frozen=True, kw_only=True):
    """Mean of each window of a volume."""

    type: ClassVar[str] = "avg_pool3d"
    rank: ClassVar[int] = 3


class GlobalAvgPool1d(GlobalAvgPool, frozen=True, kw_only=True):
    """Mean of each channel of a sequence."""

    type: ClassVar[str] = "global_avg_pool1d"
    rank: ClassVar[int] = 1


class GlobalAvgPool2d(GlobalAvgPool, frozen=True, kw_only=True):
    """Mean of each channel of an image."""

    type: ClassVar[str] = "global_avg_pool2d"
    rank: ClassVar[int] = 2


class GlobalAvgPool3d(GlobalAvgPool, frozen=True, kw_only=True):
    """Mean of each channel of a volume."""

    type: ClassVar[str] = "global_avg_pool3d"
    rank: ClassVar[int] = 3

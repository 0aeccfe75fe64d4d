"""Channels that change places with each other, or with pixels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from winitgen.catalog.layers.layer import Layer
from winitgen.catalog.layers.shuffles import ChannelShuffle, PixelShuffle, PixelUnshuffle
from winitgen.numeric.arrays import Array
from winitgen.probing.operations.operation import Moments, Operation, moments


class ChannelShuffleOp(Operation):
    """The channels of groups, interleaved."""

    layers: ClassVar[tuple[type[Layer], ...]] = (ChannelShuffle,)
    layer: ChannelShuffle
    shown: ClassVar[bool] = False

    def forward(self, inputs: Sequence[Array], *, keep: bool) -> Array:
        """Return channel i of group g at i * groups + g."""
        return _interleaved(inputs[0], self.layer.groups)

    def backward(self, gradient: Array) -> list[Array | None]:
        """Return the gradient in the order of the input."""
        return [_interleaved(gradient, gradient.shape[1] // self.layer.groups)]

    def predict(self, inputs: Sequence[Moments]) -> Moments:
        """Return the moments themselves: theory takes channels to be alike."""
        return inputs[0]

    def predict_back(self, inputs: Sequence[Moments], gradient: Array) -> list[Array]:
        """Return the mean square itself."""
        return [gradient]


class PixelShuffleOp(Operation):
    """Channels that become pixels: channel c * factor^2 + i * factor + j is at (i, j) of each block (Shi et al. 2016)."""

    layers: ClassVar[tuple[type[Layer], ...]] = (PixelShuffle,)
    layer: PixelShuffle
    shown: ClassVar[bool] = False

    def forward(self, inputs: Sequence[Array], *, keep: bool) -> Array:
        """Return a larger image of fewer channels."""
        return _to_pixels(inputs[0], self.layer.factor)

    def backward(self, gradient: Array) -> list[Array | None]:
        """Return the gradient in the shape of the input."""
        return [_to_channels(gradient, self.layer.factor)]

    def predict(self, inputs: Sequence[Moments]) -> Moments:
        """Return the moments over all positions.

        Two pixels of one channel are one unit of the input if they have the same place in their blocks, as
        one pair in factor^2 does; other pairs share only the mean.
        """
        mean, square, _ = inputs[0].overall()
        return moments(mean, square, mean**2 + inputs[0].covariance / self.layer.factor**2)

    def predict_back(self, inputs: Sequence[Moments], gradient: Array) -> list[Array]:
        """Return the mean square over all positions."""
        return [np.asarray(gradient.mean())]


class PixelUnshuffleOp(Operation):
    """Pixels that become channels: the inverse."""

    layers: ClassVar[tuple[type[Layer], ...]] = (PixelUnshuffle,)
    layer: PixelUnshuffle
    shown: ClassVar[bool] = False

    def forward(self, inputs: Sequence[Array], *, keep: bool) -> Array:
        """Return a smaller image of more channels."""
        return _to_channels(inputs[0], self.layer.factor)

    def backward(self, gradient: Array) -> list[Array | None]:
        """Return the gradient in the shape of the input."""
        return [_to_pixels(gradient, self.layer.factor)]

    def predict(self, inputs: Sequence[Moments]) -> Moments:
        """Return the moments over all positions, which become channels."""
        return inputs[0].overall()

    def predict_back(self, inputs: Sequence[Moments], gradient: Array) -> list[Array]:
        """Return the mean square over all positions."""
        return [np.asarray(gradient.mean())]


def _interleaved(images: Array, groups: int) -> Array:
    """Return the channels (groups, rest) as (rest, groups)."""
    split = images.reshape(len(images), groups, -1, *images.shape[2:])
    return np.ascontiguousarray(split.swapaxes(1, 2)).reshape(images.shape)


def _to_pixels(images: Array, factor: int) -> Array:
    """Return (samples, c, h * factor, w * factor) from (samples, c * factor^2, h, w)."""
    samples, channels, height, width = images.shape
    split = images.reshape(samples, channels // factor**2, factor, factor, height, width)
    moved = np.ascontiguousarray(split.transpose(0, 1, 4, 2, 5, 3))
    return moved.reshape(samples, channels // factor**2, height * factor, width * factor)


def _to_channels(images: Array, factor: int) -> Array:
    """Return (samples, c * factor^2, h, w) from (samples, c, h * factor, w * factor)."""
    samples, channels, height, width = images.shape
    split = images.reshape(samples, channels, height // factor, factor, width // factor, factor)
    moved = np.ascontiguousarray(split.transpose(0, 1, 3, 5, 2, 4))
    return moved.reshape(samples, channels * factor**2, height // factor, width // factor)

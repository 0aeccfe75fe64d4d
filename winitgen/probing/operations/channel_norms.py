"""Norms over channels: of a batch, of groups of channels, of each channel of one sample; `norm` has what all share."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np

from winitgen.catalog.layers.layer import Layer
from winitgen.catalog.layers.norm import BatchNorm, GroupNorm, InstanceNorm
from winitgen.numeric.arrays import Array
from winitgen.probing.compiled_signals import normalised_into, sent_back_into
from winitgen.probing.operations.norm import NormOp
from winitgen.probing.operations.operation import Moments, moments


def without_channel_means(signal: Moments) -> Moments:
    """Return the moments of a signal without each channel's own mean over all samples and positions.

    At two positions with standard deviations s and t, a channel's values have the covariance r s t. Its mean
    therefore takes r (2 s m - m^2) of the variance at a position, where m is the mean of s over all positions.
    """
    spread, correlation = np.sqrt(signal.variance), signal.correlation
    middle = spread.mean()
    mean = signal.mean - signal.mean.mean()
    variance = spread**2 - correlation * (2 * spread * middle - middle**2)
    return moments(mean, np.maximum(variance, 0.0) + mean**2, 0.0)


class BatchNormOp(NormOp):
    """Each channel over samples and positions, by the batch's own statistics, as in training.

    Ioffe & Szegedy 2015, algorithm 1: the variance is that of the batch, over n.
    """

    layers: ClassVar[tuple[type[Layer], ...]] = (BatchNorm,)
    over: ClassVar[tuple[int, ...]] = (0, 2)
    split: ClassVar[int] = 1

    def view(self, array: Array) -> Array:
        """Return (samples, channels, positions)."""
        return array.reshape(*array.shape[:2], -1)

    def along(self, vector: Array) -> Array:
        """Return (1, channels, 1)."""
        return vector.reshape(1, -1, 1)

    def normalise(self, run: slice, out: Array, gamma: Array | None, beta: Array | None) -> None:
        """Fill a run of channels, in C where that is built."""
        epsilon = float(self.layer.epsilon)
        if not normalised_into(out, self.mean, self.scale, self.x, (gamma, beta), epsilon, run):
            super().normalise(run, out, gamma, beta)

    def send_back(self, run: slice, g: Array, out: Array, gamma: Array | None) -> None:
        """Fill a run of channels, in C where that is built."""
        if not sent_back_into(out, g, self.x, self.mean, self.scale, gamma, run):
            super().send_back(run, g, out, gamma)

    def without_mean(self, signal: Moments) -> Moments:
        """Return the moments of a signal without each channel's mean over the batch."""
        return without_channel_means(signal)


class GroupNormOp(NormOp):
    """Groups of channels, over all positions, of one sample (Wu & He 2018)."""

    layers: ClassVar[tuple[type[Layer], ...]] = (GroupNorm,)
    over: ClassVar[tuple[int, ...]] = (2, 3)

    def groups(self, channels: int) -> int:
        """Return the number of groups."""
        assert isinstance(self.layer, GroupNorm)
        return self.layer.groups

    def view(self, array: Array) -> Array:
        """Return (samples, groups, channels of one group, positions)."""
        samples, channels = array.shape[:2]
        groups = self.groups(channels)
        return array.reshape(samples, groups, channels // groups, math.prod(array.shape[2:]))

    def along(self, vector: Array) -> Array:
        """Return (1, groups, channels of one group, 1)."""
        return vector.reshape(1, self.groups(len(vector)), -1, 1)


class InstanceNormOp(GroupNormOp):
    """Each channel of one sample over its positions: as many groups as channels (Ulyanov et al. 2016)."""

    layers: ClassVar[tuple[type[Layer], ...]] = (InstanceNorm,)

    def groups(self, channels: int) -> int:
        """Return the number of channels."""
        return channels

    def without_mean(self, signal: Moments) -> Moments:
        """Return the moments of a signal without each channel's mean over its positions."""
        return without_channel_means(signal)

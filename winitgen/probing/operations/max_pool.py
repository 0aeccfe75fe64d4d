"""Max pooling."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import product
from typing import ClassVar

import numpy as np

from winitgen.catalog.layers.layer import Layer
from winitgen.catalog.layers.pooling import MaxPool
from winitgen.numeric.arrays import Array
from winitgen.numeric.workers import Workers
from winitgen.probing.operations.columns import Index
from winitgen.probing.operations.operation import Moments
from winitgen.probing.operations.pooling import PoolOp
from winitgen.probing.weights import DrawnWeights

CACHED = 2**17
"""Values of an image that a thread processes at once, so that they stay in its cache."""


class MaxPoolOp(PoolOp):
    """The maximum of each window. The gradient goes to the first maximum, row by row."""

    layers: ClassVar[tuple[type[Layer], ...]] = (MaxPool,)

    def __init__(self, layer: Layer, weights: DrawnWeights, workers: Workers) -> None:
        super().__init__(layer, weights, workers)
        self.chosen: Array | None = None

    def forward(self, inputs: Sequence[Array], *, keep: bool) -> Array:
        """Return (samples, channels, *positions) from (samples, channels, *spatial)."""
        images = inputs[0]
        self.set_windows(images.shape[1:])
        out = np.empty((*images.shape[:2], *self.slide.counts), images.dtype)
        kind = np.min_scalar_type(math.prod(self.slide.size))
        chosen = self.chosen = np.empty(out.shape, kind) if keep else None

        def pool(index: tuple[int, slice]) -> None:
            self._largest(images[index], out[index])
            if chosen is not None:
                self._choose(images[index], out[index], chosen[index])

        self.workers.each(pool, self._slices(out))
        return out

    def backward(self, gradient: Array) -> list[Array | None]:
        """Return the gradient of the image: that of each window at the position of its maximum."""
        chosen = self.chosen
        assert chosen is not None
        out = np.zeros((*gradient.shape[:2], *self.spatial), gradient.dtype)

        def scatter(index: tuple[int, slice]) -> None:
            for tap, (windows, pixels) in enumerate(self._taps()):
                window_index: Index = (*index, *windows)
                pixel_index: Index = (*index, *pixels)
                target = out[pixel_index]
                if self.disjoint:
                    np.multiply(gradient[window_index], chosen[window_index] == tap, out=target)
                else:
                    target += gradient[window_index] * (chosen[window_index] == tap)

        self.workers.each(scatter, self._slices(out))
        return [out]

    def predict_back(self, inputs: Sequence[Moments], gradient: Array) -> list[Array] | None:
        """Return the mean square over all pixels, None if a pixel may be the maximum of several windows.

        One pixel of each window gets its gradient, all others none.
        """
        if not self.disjoint:
            return None
        return [np.asarray(gradient.mean() * math.prod(self.slide.counts) / math.prod(self.spatial))]

    def _largest(self, images: Array, out: Array) -> None:
        """Write the maximum of each window."""
        out.fill(-np.inf)
        for windows, pixels in self._taps():
            target = out[:, *windows]
            np.maximum(target, images[:, *pixels], out=target)

    def _choose(self, images: Array, largest: Array, chosen: Array) -> None:
        """Write which tap of each window is its first maximum: the number of taps before it."""
        chosen.fill(0)
        before = np.ones(largest.shape, bool)
        for windows, pixels in self._taps():
            before[:, *windows] &= images[:, *pixels] != largest[:, *windows]
            chosen += before

    def _taps(self) -> Iterator[tuple[list[slice], list[slice]]]:
        """Yield for each tap, row by row, the windows for which it lies in the image, and its pixels."""
        axes = [
            [_within(tap - before, step, count, length) for tap in range(size)]
            for size, step, _, before, count, length in zip(*self.slide, self.spatial, strict=True)
        ]
        for pairs in product(*axes):
            yield [windows for windows, _ in pairs], [pixels for _, pixels in pairs]

    def _slices(self, images: Array) -> list[tuple[int, slice]]:
        """Return indices of runs of channels of each sample."""
        longest = max(CACHED // math.prod(self.spatial), 1)
        runs = self.workers.runs(images.shape[1], longest)
        return [(sample, run) for sample in range(len(images)) for run in runs]


def _within(first: int, step: int, count: int, length: int) -> tuple[slice, slice]:
    """Return which of ``count`` positions lie on an axis of ``length`` pixels, and their pixels.

    Position j is at pixel j * step + first.
    """
    start = max(0, -(first // step))
    stop = max(start, min(count, -((first - length) // step)))
    return slice(start, stop), slice(start * step + first, stop * step + first, step)

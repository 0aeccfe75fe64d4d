"""The pixels of an image by phase, for the adjoint of a correlation with strides."""

from __future__ import annotations

import math
from itertools import product
from typing import NamedTuple

import numpy as np

from winitgen.numeric.arrays import Array
from winitgen.probing.operations.columns import Index
from winitgen.probing.spans import Slide


class Axis(NamedTuple):
    """One axis of `length` pixels, with the numbers of a `Slide` along it.

    Tap t of position j is at pixel j * step + t * gap - before. The phase of a tap is t * gap modulo the step;
    each pixel is reached by taps of only one phase. Pixel (first + j) * step + r - before is position j of
    phase r.
    """

    length: int
    size: int = 1
    step: int = 1
    gap: int = 1
    before: int = 0

    @property
    def phases(self) -> int:
        """One more than the last phase that has taps."""
        return max(tap * self.gap % self.step for tap in range(self.size)) + 1

    @property
    def first(self) -> int:
        """The first position whose window reaches a pixel."""
        return self.before // self.step

    @property
    def spacing(self) -> int:
        """The distance between the taps of a phase, in positions; at 1 there may be zeros between them."""
        return self.gap if self.step == 1 else 1

    @property
    def window(self) -> int:
        """The number of taps of a phase, including the zeros between them."""
        return (self.size - 1) * self.gap // self.step // self.spacing + 1

    def slide(self) -> tuple[int, int, int, int, int]:
        """Return the numbers of the `Slide` of all phases over the positions."""
        before = (self.window - 1) * self.spacing - self.first
        counts = (self.length - 1 + self.before) // self.step - self.first + 1
        return self.window, 1, self.spacing, before, counts

    def taps(self, phase: int) -> tuple[slice, slice]:
        """Return the taps of a phase, counted from the last tap, and their positions in its window."""
        taps = [tap for tap in range(self.size) if tap * self.gap % self.step == phase][::-1]
        offsets = [tap * self.gap // self.step // self.spacing for tap in taps]
        return _run([self.size - 1 - tap for tap in taps]), _run(
            [self.window - 1 - count for count in offsets]
        )

    def pixels(self, phase: int, positions: slice) -> tuple[slice, slice]:
        """Return which positions of a run belong to a phase, counted from its start, and their pixels."""
        offset = self.first * self.step + phase - self.before
        first = max(positions.start, -(offset // self.step))
        last = max(first, min(positions.stop, -((offset - self.length) // self.step)))
        pixels = slice(first * self.step + offset, last * self.step + offset, self.step)
        return slice(first - positions.start, last - positions.start), pixels


def _run(numbers: list[int]) -> slice:
    """Return numbers that increase by equal steps as a slice."""
    if not numbers:
        return slice(0, 0)
    return slice(numbers[0], numbers[-1] + 1, numbers[1] - numbers[0] if len(numbers) > 1 else 1)


def adjoint(kernel: Array, axes: list[Axis], groups: int) -> tuple[Array, Slide]:
    """Return the adjoint of a correlation with strides, which is a correlation: its matrix and its windows.

    The adjoint of a correlation with strides of 1 is a correlation with the kernel flipped in space, and
    filters and channels swapped. With strides, each phase is such a correlation with its own taps. All phases
    are computed as one, with a row for each channel and phase (Shi et al. 2016, "Is the deconvolution layer
    the same as a convolutional layer?"). ``kernel`` is (filters, channels / groups, *size), the matrix
    (groups, channels / groups * phases, filters / groups * window).
    """
    filters, channels, *size = kernel.shape
    source = kernel.reshape(groups, filters // groups, channels, *size).swapaxes(1, 2)
    source = np.flip(source, tuple(range(3, source.ndim)))
    phases, windows = [axis.phases for axis in axes], [axis.window for axis in axes]
    matrix = np.zeros((groups, channels, *phases, filters // groups, *windows), kernel.dtype)
    for phase in product(*map(range, phases)):
        pairs = [axis.taps(remainder) for axis, remainder in zip(axes, phase, strict=True)]
        taken: Index = (..., *(taps for taps, _ in pairs))
        target: Index = (slice(None), slice(None), *phase, slice(None), *(taps for _, taps in pairs))
        matrix[target] = source[taken]
    slide = Slide(*zip(*(axis.slide() for axis in axes), strict=True))
    return matrix.reshape(groups, channels * math.prod(phases), -1), slide

"""Which keys a query sees: those before it, those near it, and those of its own part of a shifted window."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from winitgen.catalog.layers.attention import MultiHeadAttention
from winitgen.numeric.arrays import Array


def sequence_mask(layer: MultiHeadAttention, positions: int) -> Array | None:
    """Return (1, positions, positions), true where a query sees a key, or None if it sees all.

    ``causal`` leaves the keys up to the query itself (Vaswani et al. 2017, section 3.2.3), and a ``window`` of n
    those less than n positions away: with ``causal``, n of them (Beltagy et al. 2020).
    """
    if not layer.causal and layer.window is None:
        return None
    index = np.arange(positions)
    ahead = index[:, None] - index
    seen = np.ones((positions, positions), np.bool_)
    if layer.causal:
        seen &= ahead >= 0
    if isinstance(layer.window, int):
        seen &= np.abs(ahead) < layer.window
    return seen[None]


class MapWindows:
    """The windows into which a map, (samples, *axes, features), is cut (Liu et al. 2021, section 3.2).

    With a shift, the map is first rolled by as much, so that windows at an end hold positions from both ends,
    which do not see each other. Along an axis of a single window nothing is shifted, as in torchvision.
    """

    def __init__(self, axes: Sequence[int], window: Sequence[int], shift: int | Sequence[int] | None) -> None:
        shifts = [shift or 0] * len(window) if shift is None or isinstance(shift, int) else list(shift)
        self.axes = tuple(axes)
        self.window = tuple(window)
        self.shifts = tuple(
            0 if size == own else moved for size, own, moved in zip(axes, window, shifts, strict=True)
        )
        self.counts = tuple(size // own for size, own in zip(axes, window, strict=True))

    def split(self, array: Array) -> Array:
        """Return (samples * windows, positions of a window, features)."""
        rank = len(self.axes)
        rolled = self._rolled(array, -1)
        pairs = [size for pair in zip(self.counts, self.window, strict=True) for size in pair]
        cut = rolled.reshape(len(array), *pairs, array.shape[-1])
        outer, inner = range(1, 2 * rank, 2), range(2, 2 * rank + 1, 2)
        return cut.transpose(0, *outer, *inner, 2 * rank + 1).reshape(
            -1, math.prod(self.window), array.shape[-1]
        )

    def joined(self, array: Array) -> Array:
        """Return the map (samples, *axes, features), the inverse of `split`."""
        rank = len(self.axes)
        cut = array.reshape(-1, *self.counts, *self.window, array.shape[-1])
        pairs = [axis for index in range(1, rank + 1) for axis in (index, index + rank)]
        whole = cut.transpose(0, *pairs, 2 * rank + 1).reshape(-1, *self.axes, array.shape[-1])
        return self._rolled(whole, 1)

    def mask(self) -> Array | None:
        """Return (windows, positions, positions), true within a part of a window, or None without a shift."""
        if not any(self.shifts):
            return None
        region = np.zeros(self.axes, np.int64)
        for axis, (size, own, shift) in enumerate(zip(self.axes, self.window, self.shifts, strict=True)):
            index = np.arange(size)
            parts = (index >= size - own).astype(np.int64) + (index >= size - shift)
            region = 3 * region + parts.reshape(-1, *(1,) * (len(self.axes) - axis - 1))
        cut = MapWindows(self.axes, self.window, 0).split(region[None, ..., None])[..., 0]
        return np.asarray(cut[:, :, None] == cut[:, None, :])

    def _rolled(self, array: Array, direction: int) -> Array:
        """Return the map moved by the shift, forward or back."""
        if not any(self.shifts):
            return array
        moves = tuple(direction * shift for shift in self.shifts)
        return np.roll(array, moves, tuple(range(1, len(self.axes) + 1)))

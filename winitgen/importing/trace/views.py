"""Parts of a block of memory: which elements a tensor sees, and whether two tensors see the same ones."""

from __future__ import annotations

import math
from typing import NamedTuple

Box = tuple[tuple[int, int], ...]
"""The first index, and the one after the last, along each axis of a shape."""


class View(NamedTuple):
    """A tensor as a part of a block of memory: ``offset``, ``size`` and ``stride`` count elements of ``width`` bytes."""

    block: int
    dtype: str
    width: int
    offset: int
    size: tuple[int, ...]
    stride: tuple[int, ...]

    @property
    def elements(self) -> int:
        """Return how many elements the tensor has."""
        return math.prod(self.size)

    def cut(self, part: Box) -> View:
        """Return the part of the tensor from the first index, to before the last, along each of its axes."""
        start = sum(low * stride for (low, _), stride in zip(part, self.stride, strict=True))
        size = tuple(high - low for low, high in part)
        return self._replace(offset=self.offset + start, size=size)


def contiguous(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return the strides of an array of a shape whose elements lie in memory in the order of their indices."""
    return tuple(math.prod(shape[axis + 1 :]) for axis in range(len(shape)))


def box(view: View, shape: tuple[int, ...]) -> Box | None:
    """Return the part of a contiguous array of a shape that a view sees, in any order of its axes.

    None if that is no box, as for every second column. A view that repeats elements sees them once.
    """
    steps = [*contiguous(shape)]
    starts, rest = [], view.offset
    for step in steps:
        starts.append(rest // step)
        rest %= step
    lengths = [1] * len(shape)
    for count, stride in zip(view.size, view.stride, strict=True):
        if count > 1 and stride and not _extend(lengths, starts, steps, shape, count, stride):
            return None
    return tuple((start, start + length) for start, length in zip(starts, lengths, strict=True))


def _extend(
    lengths: list[int], starts: list[int], steps: list[int], shape: tuple[int, ...], count: int, stride: int
) -> bool:
    """Let a box reach ``count`` elements of a stride further; an axis that is full goes on in the one before it."""
    for axis in reversed(range(len(shape))):
        if shape[axis] == 1 or steps[axis] < stride:
            continue
        if steps[axis] != stride or lengths[axis] != 1:
            return False
        if starts[axis] + count <= shape[axis]:
            lengths[axis] = count
            return True
        if starts[axis] or count % shape[axis]:
            return False
        lengths[axis] = shape[axis]
        count //= shape[axis]
        stride *= shape[axis]
    return False


def covers(outer: Box, inner: Box) -> bool:
    """Return whether a box holds all of another one."""
    return all(a <= c and d <= b for (a, b), (c, d) in zip(outer, inner, strict=True))


def common(one: Box, other: Box) -> Box | None:
    """Return what two boxes have in common; None if that is nothing."""
    both = tuple((max(a, c), min(b, d)) for (a, b), (c, d) in zip(one, other, strict=True))
    return both if all(low < high for low, high in both) else None


def volume(part: Box) -> int:
    """Return how many elements a box has."""
    return math.prod(high - low for low, high in part)

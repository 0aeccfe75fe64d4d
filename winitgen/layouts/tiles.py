"""Where the elements of a tensor are in its parameters: tiles, each a regular grid of both.

A tile is cut, split and merged by arithmetic on its ranges alone, so that no array is made.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple


class NoTiles(Exception):
    """An arrangement that tiles cannot describe, such as a sum of parameters."""


class Tile(NamedTuple):
    """A grid of elements: one ``range`` an axis of the tensor, and for each a stride in a parameter.

    Element (i, j, ...) of the grid is element ``offset`` + i ``strides[0]`` + j ``strides[1]`` + ... of parameter
    number ``parameter``, in C order.
    """

    parameter: int
    offset: int
    strides: tuple[int, ...]
    ranges: tuple[range, ...]

    def cut(self, wanted: Sequence[range]) -> tuple[Tile, tuple[slice, ...]] | None:
        """Return the part of the tile that lies in one range an axis, and its place among these; None if it is empty."""
        offset, strides, ranges, places = self.offset, [], [], []
        for own, stride, asked in zip(self.ranges, self.strides, wanted, strict=True):
            both = common(own, asked)
            if not both:
                return None
            offset += stride * ((both.start - own.start) // own.step)
            strides.append(stride * (both.step // own.step))
            ranges.append(both)
            first, step = (both.start - asked.start) // asked.step, both.step // asked.step
            places.append(slice(first, first + step * (len(both) - 1) + 1, step))
        return Tile(self.parameter, offset, tuple(strides), tuple(ranges)), tuple(places)

    def taken(self, axis: int, kept: range) -> Tile | None:
        """Return the tile in the tensor of which only ``kept`` is left along an axis; its step may be negative."""
        own, stride = self.ranges[axis], self.strides[axis]
        both = common(own, kept if kept.step > 0 else kept[::-1])
        if not both:
            return None
        offset = self.offset + stride * ((both.start - own.start) // own.step)
        stride *= both.step // own.step
        if kept.step < 0:
            offset, stride, both = offset + stride * (len(both) - 1), -stride, both[::-1]
        first, step = (both.start - kept.start) // kept.step, both.step // kept.step
        left = range(first, first + step * (len(both) - 1) + 1, step)
        return self._replace(offset=offset).along(axis, (left,), (stride,))

    def along(self, axis: int, ranges: tuple[range, ...], strides: tuple[int, ...], count: int = 1) -> Tile:
        """Return the tile with other ranges and strides instead of those of ``count`` axes from ``axis`` on."""
        end = axis + count
        return self._replace(
            ranges=(*self.ranges[:axis], *ranges, *self.ranges[end:]),
            strides=(*self.strides[:axis], *strides, *self.strides[end:]),
        )

    def merged(self, axis: int, size: int) -> Iterator[Tile]:
        """Yield tiles of the tensor whose axes ``axis`` and the next one, of a ``size``, are one."""
        (outer, inner), (far, near) = self.ranges[axis : axis + 2], self.strides[axis : axis + 2]
        if len(inner) == 1:
            row = range(
                outer.start * size + inner[0],
                outer.start * size + inner[0] + outer.step * size * len(outer),
                outer.step * size,
            )
            yield self.along(axis, (row,), (far,), 2)
        elif len(outer) == 1:
            row = range(outer[0] * size + inner.start, outer[0] * size + inner.stop, inner.step)
            yield self.along(axis, (row,), (near,), 2)
        elif inner == range(size) and outer.step == 1 and far == near * size:
            yield self.along(axis, (range(outer.start * size, outer.stop * size),), (near,), 2)
        else:
            shorter = axis if len(outer) <= len(inner) else axis + 1
            for index, place in enumerate(self.ranges[shorter]):
                one = self._replace(offset=self.offset + index * self.strides[shorter])
                yield from one.along(shorter, (range(place, place + 1),), (0,)).merged(axis, size)

    def split(self, axis: int, size: int) -> Tile:
        """Return the tile of the tensor whose ``axis`` becomes two, the second of a ``size``."""
        own, stride = self.ranges[axis], self.strides[axis]
        first, last = divmod(own[0], size), divmod(own[-1], size)
        if first[0] == last[0]:
            inner = range(first[1], last[1] + 1, own.step)
            return self.along(axis, (range(first[0], first[0] + 1), inner), (0, stride))
        if own.step % size == 0:
            outer = range(first[0], last[0] + 1, own.step // size)
            return self.along(axis, (outer, range(first[1], first[1] + 1)), (stride, 0))
        if own.step == 1 and first[1] == 0 and last[1] == size - 1:
            return self.along(axis, (range(first[0], last[0] + 1), range(size)), (stride * size, stride))
        raise NoTiles


def common(one: range, other: range) -> range:
    """Return what two ranges with positive steps have in common, as a range.

    >>> common(range(1, 100, 6), range(3, 50, 4)), common(range(0, 9, 2), range(1, 9, 2))
    (range(7, 44, 12), range(0, 0))
    """
    shared = math.gcd(one.step, other.step)
    gap = other.start - one.start
    if gap % shared or not one or not other:
        return range(0)
    step = other.step // shared
    # How many of the first one's steps lead to what both have: by the inverse of that step among the remainders.
    times = gap // shared * pow(one.step // shared, -1, step) % step
    start, both = one.start + times * one.step, one.step * step
    least, last = max(one.start, other.start), min(one[-1], other[-1])
    start += max(0, -(-(least - start) // both)) * both
    return range(start, last + 1, both) and range(start, last - (last - start) % both + 1, both)


def c_strides(shape: Sequence[int]) -> tuple[int, ...]:
    """Return the strides of an array in C order, in elements.

    >>> c_strides((2, 3, 4))
    (12, 4, 1)
    """
    inner = accumulate(reversed(shape[1:]), lambda product, size: product * size, initial=1)
    return tuple(reversed(list(inner)))[: len(shape)]


def runs(first: int, last: int, shape: tuple[int, ...]) -> Iterator[tuple[range, ...]]:
    """Yield boxes that together are elements ``first`` to ``last`` of an array of a shape, in C order.

    >>> list(runs(2, 7, (3, 3)))
    [(range(0, 1), range(2, 3)), (range(1, 2), range(0, 3)), (range(2, 3), range(0, 1))]
    """
    if first >= last or not shape:
        yield from [()] * (first < last)
        return
    inner = math.prod(shape[1:])
    upper, lower = -(-first // inner), last // inner
    if upper > lower:  # inside one row
        row = lower
        for box in runs(first - row * inner, last - row * inner, shape[1:]):
            yield range(row, row + 1), *box
        return
    for box in runs(first - (upper - 1) * inner, inner, shape[1:]) if first % inner else ():
        yield range(upper - 1, upper), *box
    if upper < lower:
        yield range(upper, lower), *map(range, shape[1:])
    for box in runs(0, last - lower * inner, shape[1:]):
        yield range(lower, lower + 1), *box

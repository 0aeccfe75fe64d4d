"""Regions of an array in chunks, divided so that few chunks are unpacked at a time: all chunks of a read are in memory together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

Region = tuple[tuple[int, int], ...]
"""The first index and the one after the last, along each axis."""


def regions(whole: Region, chunk: Sequence[int], most: int) -> Iterator[Region]:
    """Yield the parts of a region, each of which has elements of no more than ``most`` chunks, but of one at least.

    >>> list(regions(((0, 4), (3, 9)), (4, 4), 2))
    [((0, 4), (3, 8)), ((0, 4), (8, 9))]
    """
    counts = [-(-stop // size) - start // size for (start, stop), size in zip(whole, chunk, strict=True)]
    total = 1
    for count in counts:
        total *= count
    if total <= max(1, most):
        yield whole
        return
    axis = counts.index(max(counts))
    start, stop = whole[axis]
    middle = (start // chunk[axis] + -(-counts[axis] // 2)) * chunk[axis]
    for part in ((start, middle), (middle, stop)):
        yield from regions((*whole[:axis], part, *whole[axis + 1 :]), chunk, most)

"""Which elements of a tensor this rank holds: runs of each axis, by the placements of a DTensor."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import torch


class LocalPart(NamedTuple):
    """What a rank holds of a tensor.

    ``values`` is the tensor on this rank, and ``axes`` are the indices of its elements in the whole tensor: for each axis
    runs without a gap, one behind the other. A rank outside of the mesh holds nothing and has no ``axes``.
    """

    values: Any
    axes: list[list[range]] | None

    @property
    def shape(self) -> tuple[int, ...] | None:
        """The shape that the placements give the values of this rank, None outside of the mesh."""
        return None if self.axes is None else tuple(sum(map(len, runs)) for runs in self.axes)


class PlacementError(Exception):
    """A placement whose elements cannot be told; the message is the end of a sentence about the tensor."""


def local_part(tensor: Any) -> LocalPart:
    """Return what this rank holds of a tensor, all of one that is no DTensor.

    The padding that fully_shard puts behind an uneven shard is no part of it. Raises `PlacementError` for a sum that is not complete, `Partial`, and for
    placements of other libraries.
    """
    whole = [[range(size)] for size in tensor.shape]
    if not is_dtensor(tensor):
        return LocalPart(tensor, whole)
    place = tensor.device_mesh.get_coordinate()
    with torch.no_grad():
        values = tensor.to_local()
    if place is None:
        return LocalPart(values, None)
    for number, placement in enumerate(tensor.placements):
        if placement.is_replicate():
            continue
        axis = _axis(placement)
        factor = getattr(placement, "split_factor", 1)
        whole[axis] = shard(whole[axis], tensor.device_mesh.size(number), place[number], factor)
    return LocalPart(values, whole)


def is_dtensor(tensor: Any) -> bool:
    """Tell whether a tensor is a DTensor, without importing what is slow to import where there can be none."""
    if not torch.distributed.is_available() or type(tensor) in {torch.Tensor, torch.nn.Parameter}:
        return False
    from torch.distributed.tensor import DTensor

    return isinstance(tensor, DTensor)


def _axis(placement: Any) -> int:
    """Return the axis along which a placement cuts; raise `PlacementError` if it does not cut."""
    if type(placement).__name__ not in {"Shard", "_StridedShard"}:
        raise PlacementError(
            f"has the placement {placement!r}, and only shards and replicas have elements that can be drawn"
        )
    return int(placement.dim)


def shard(runs: Sequence[range], count: int, number: int, factor: int = 1) -> list[range]:
    """Return the part of an axis that the rank with this ``number`` of ``count`` ranks holds.

    The axis is first cut into ``factor`` pieces, by the ranks of another axis of the mesh, and each of them into ``count``. Pieces are
    those of ``torch.chunk``: of equal size, the last ones shorter or empty.

    >>> shard([range(9)], 4, 0, 2), shard([range(9)], 4, 3), shard([range(9)], 4, 2)
    ([range(0, 2), range(5, 6)], [], [range(6, 9)])
    """
    found: list[range] = []
    size = sum(map(len, runs))
    for first, end in _chunks(size, factor):
        low, high = _chunks(end - first, count)[number]
        found.extend(_between(runs, first + low, first + high))
    return _joined(found)


def _chunks(size: int, count: int) -> list[tuple[int, int]]:
    """Return the first element and the end of each of ``count`` pieces."""
    step = -(-size // count)
    return [(min(size, step * number), min(size, step * (number + 1))) for number in range(count)]


def _between(runs: Sequence[range], first: int, end: int) -> Iterator[range]:
    """Yield elements ``first`` to ``end`` of runs that stand one behind the other."""
    before = 0
    for run in runs:
        part = run[max(first - before, 0) : max(end - before, 0)]
        if part:
            yield part
        before += len(run)


def _joined(runs: Sequence[range]) -> list[range]:
    """Return the same elements in as few runs as there can be."""
    found: list[range] = []
    for run in runs:
        if found and found[-1].stop == run.start:
            found[-1] = range(found[-1].start, run.stop)
        else:
            found.append(run)
    return found

"""Which elements a rank holds, against PyTorch's own cuts."""

from __future__ import annotations

import itertools

import pytest
import torch
from torch.distributed.tensor.placement_types import Shard, _StridedShard

from winitgen.torch.shards import shard


def elements(runs: list[range]) -> list[int]:
    """Return the indices in some runs."""
    return [index for run in runs for index in run]


@pytest.mark.parametrize("count", [1, 2, 3, 4, 7])
def test_shards_are_those_of_pytorch(count: int) -> None:
    """Also where the last ones are short or empty, and where other ranks have cut the axis before."""
    for size, factor in itertools.product((0, 1, 4, 5, 9, 12, 17, 24), (1, 2, 3)):
        axis = torch.arange(size)
        placement = Shard(0) if factor == 1 else _StridedShard(0, split_factor=factor)
        expected = placement._split_tensor(axis, count, with_padding=False)[0]
        for number, part in enumerate(expected):
            assert part.tolist() == elements(shard([range(size)], count, number, factor))


def test_a_shard_is_cut_again() -> None:
    """As on a mesh of two axes: what the first leaves is cut by the second, also across a gap."""
    once = shard([range(9)], 2, 0, 2)

    assert [range(3), range(5, 7)] == once
    assert [range(3)] == shard(once, 2, 0)
    assert [range(5, 7)] == shard(once, 2, 1)
    assert [range(2, 3), range(5, 6)] == shard(once, 3, 1)


def test_runs_are_as_few_as_can_be() -> None:
    """Neighbours that two cuts have parted are one run."""
    assert [range(8)] == shard([range(8)], 1, 0, 4)

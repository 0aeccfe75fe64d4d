"""Draws the part of a tensor that a rank holds into the memory where it lies, piece by piece."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import product
from typing import TYPE_CHECKING, Any

import torch

from winitgen.checkpoint.frameworks import shared_with_torch, to_torch
from winitgen.numeric.threads import in_order, threads_for

if TYPE_CHECKING:
    from winitgen.checkpoint.opened import Checkpoint

PIECE = 1 << 20
"""Elements read at once: a thread has no more than this beside the memory of a tensor on another device."""

Job = Callable[[], None]


def run(jobs: Iterator[Job], nbytes: int, threads: int | None) -> None:
    """Do all jobs, in as many threads as PyTorch has for an operation unless the caller says how many."""
    for _ in in_order(jobs, threads_for(nbytes, threads or torch.get_num_threads())):
        pass


def jobs_of(checkpoint: Checkpoint, name: str, values: Any, axes: Sequence[Sequence[range]]) -> Iterator[Job]:
    """Yield what draws the elements at ``axes``, which are runs of each axis of the whole tensor, into ``values``."""
    for ranges in product(*axes):
        target = values
        for axis, (run_, runs) in enumerate(zip(ranges, axes, strict=True)):
            before = sum(len(other) for other in runs[: list(runs).index(run_)])
            target = target.narrow(axis, before, len(run_))
        yield from (partial(_draw, checkpoint, name, *piece) for piece in _pieces(target, ranges))


def _pieces(target: Any, ranges: tuple[range, ...]) -> Iterator[tuple[Any, tuple[range, ...]]]:
    """Yield parts of at most `PIECE` elements, each a view of the target and its ranges, in order of memory."""
    size = math.prod(map(len, ranges))
    axis = next((number for number, one in enumerate(ranges) if len(one) > 1), None)
    if size <= PIECE or axis is None:
        yield target, ranges
        return
    many = max(1, PIECE * len(ranges[axis]) // size)
    for first in range(0, len(ranges[axis]), many):
        part = ranges[axis][first : first + many]
        rest = (*ranges[:axis], part, *ranges[axis + 1 :])
        yield from _pieces(target.narrow(axis, first, len(part)), rest)


def _draw(checkpoint: Checkpoint, name: str, target: Any, ranges: Sequence[range]) -> None:
    """Draw one piece where its target lies, or copy it to the device of the target."""
    if not target.numel():
        return
    held = shared_with_torch(target)
    if held is not None:
        checkpoint.read(name, ranges, held)
        return
    with torch.no_grad():
        target.copy_(to_torch(checkpoint.read(name, ranges)))

"""Draws a part of a tensor: the elements in one range an axis."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from winitgen.checkpoint.tensor_tiles import tensor_tiles
from winitgen.drawing.grids import ElementGrid, GridDrawing, bits, fill_from, put
from winitgen.errors import UsageError
from winitgen.layouts.tiles import NoTiles, Tile, c_strides
from winitgen.numeric.dtypes import DTYPES
from winitgen.numeric.threads import allowed_threads, threads_for
from winitgen.numeric.workers import Workers

if TYPE_CHECKING:
    from winitgen.checkpoint.held import HeldArrays
    from winitgen.layouts.tensor import Tensor
    from winitgen.numeric.arrays import Array
    from winitgen.planning.plan import Parameter


class _Task(NamedTuple):
    """A grid to be drawn into an array; of ``values``, or of a parameter if there are none."""

    found: Array
    grid: ElementGrid
    parameter: Parameter | None
    values: Array | None

    def parts(self, most: int) -> Iterator[_Task]:
        """Yield parts along the first axis, for threads that share the task."""
        count = self.grid.counts[0] if self.grid.counts else 1
        edges = [count * part // most for part in range(most + 1)]
        for first, last in pairwise(edges):
            if self.grid.counts and first < last:
                grid = self.grid.rows(first, last - first)
                yield self._replace(found=self.found[first:last], grid=grid)
        if not self.grid.counts:
            yield self

    def do(self) -> None:
        if self.parameter is not None:
            GridDrawing(self.parameter).fill(self.found, self.grid)
        elif self.values is not None:
            fill_from(self.values, self.found, self.grid)


def tiles(tensor: Tensor) -> tuple[Tile, ...] | None:
    """Return where the elements of a tensor are in its parameters, or None if no tiles say so."""
    try:
        return tensor_tiles(tensor)
    except NoTiles:
        return None


def read_box(
    tensor: Tensor,
    known: Sequence[Tile] | None,
    ranges: Sequence[range],
    held: HeldArrays,
    found: Array | None = None,
) -> Array:
    """Return the elements of a tensor in one range an axis, each with a step of at least 1.

    ``known`` are its tiles. They are drawn by all allowed threads if they are many, into ``found``, or a new array in C order.
    """
    shape, dtype = tuple(map(len, ranges)), DTYPES[tensor.dtype].numpy()
    if found is None:
        found = np.empty(shape, dtype)
    elif not isinstance(found, np.ndarray) or (found.shape, found.dtype) != (shape, dtype):
        raise UsageError(f"out is an array of NumPy with the shape {list(shape)} and the dtype {dtype}")
    elif not found.flags.writeable:
        raise UsageError("out is an array that cannot be written; pass a copy of it")
    if not found.size:
        return found
    tasks = [*_tasks(tensor, known, ranges, held, bits(found))]
    with Workers(threads_for(found.nbytes, allowed_threads())) as workers:
        if workers.threads > 1:
            tasks = [part for task in tasks for part in task.parts(4 * workers.threads)]
        workers.each(_Task.do, tasks)
    return found


def _tasks(
    tensor: Tensor, known: Sequence[Tile] | None, ranges: Sequence[range], held: HeldArrays, found: Array
) -> Iterator[_Task]:
    """Yield what is to be drawn: a task for each tile that has some of the elements."""
    whole = None
    if known is None:
        whole = held.tensor(tensor)
        known = [Tile(0, 0, c_strides(tensor.shape), tuple(map(range, tensor.shape)))]
    for tile in known:
        part = tile.cut(ranges)
        if part is None:
            continue
        (number, offset, strides, _), places = part
        parameter = tensor.parameters[number]
        values = held.parameter(parameter) if whole is None and held.is_whole(parameter) else whole
        at: list[Any] = [*places, ...]
        view, grid = put(found[*at], offset, strides)
        yield _Task(view, grid, parameter if values is None else None, values)

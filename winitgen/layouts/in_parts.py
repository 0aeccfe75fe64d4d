"""Draws a range of a large tensor that a layout has turned or joined, without the whole of it.

A range of a turned matrix is a few elements of each of its rows. Their key streams are computed in one call, so that a block
costs little more than one in order; all threads draw, and no array of the tensor's size is held.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from winitgen.layouts.tiles import NoTiles, Tile, runs
from winitgen.numeric.dtypes import DTYPES

if TYPE_CHECKING:
    from winitgen.drawing.grids import ElementGrid
    from winitgen.numeric.arrays import Array
    from winitgen.numeric.scratch import Workspace
    from winitgen.planning.plan import Parameter

LEAST = 1 << 22
"""Elements from which on a tensor is drawn in parts; a smaller one takes little memory."""

DEAREST = 3
"""The most that an element may cost, as a multiple of one that is drawn in order: a whole array costs as much, and its memory."""

MOST_TILES = 64

_SAMPLE = 1 << 17
"""Elements whose cost stands for that of all."""


class Arranged(Protocol):
    """What is needed to know of a tensor that a layout arranges of its parameters."""

    @property
    def parameters(self) -> Sequence[Parameter]:
        """Its parameters."""

    @property
    def arrangement(self) -> Callable[..., Any] | None:
        """What turns their arrays into that of the tensor."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Its shape."""

    @property
    def size(self) -> int:
        """Its number of elements."""

    @property
    def dtype(self) -> str:
        """Its number format."""


def parts_of(tensor: Arranged) -> tuple[Tile, ...] | None:
    """Return the tiles by which a tensor can be drawn in parts; None if it is small, or if that would cost too much."""
    if tensor.size < LEAST or tensor.arrangement is None:
        return None
    from winitgen.drawing.grids import GridDrawing
    from winitgen.drawing.scattered import can_scatter
    from winitgen.layouts.pictures import tiles_of

    if not all(map(can_scatter, tensor.parameters)):
        return None
    try:
        tiles = tiles_of(tensor.arrangement, [one.shape for one in tensor.parameters], tensor.shape)
    except NoTiles:
        return None
    if len(tiles) > MOST_TILES:
        return None
    middle = tensor.size // 2
    cost = sum(
        GridDrawing(tensor.parameters[number]).cost(grid)
        for _, number, grid in _grids(tensor, tiles, middle, middle + _SAMPLE)
    )
    return tiles if cost <= DEAREST * _SAMPLE else None


def draw_parts(
    tensor: Arranged, tiles: Sequence[Tile], start: int, count: int, workspace: Workspace
) -> Array:
    """Return elements ``start`` to ``start + count`` in C order, as scratch of the workspace."""
    from winitgen.drawing.grids import GridDrawing, bits

    values = workspace.array("arranged", count, DTYPES[tensor.dtype].numpy())
    drawing = [GridDrawing(parameter, workspace) for parameter in tensor.parameters]
    for view, number, grid in _grids(tensor, tiles, start, start + count, bits(values)):
        drawing[number].fill(view, grid)
    return values


def _grids(
    tensor: Arranged, tiles: Sequence[Tile], first: int, last: int, values: Array | None = None
) -> Iterator[tuple[Any, int, ElementGrid]]:
    """Yield the grids of which a range consists: where each is put, if there are ``values``, and of which parameter it is."""
    import numpy as np

    from winitgen.drawing.grids import put

    if values is None:
        values = np.broadcast_to(np.zeros(1, np.uint8), last - first)
    before = 0
    for box in runs(first, last, tensor.shape):
        sizes = tuple(map(len, box))
        found = values[before : before + math.prod(sizes)].reshape(sizes)
        before += found.size
        for tile in tiles:
            part = tile.cut(box)
            if part is not None:
                (number, offset, strides, _), places = part
                at: list[Any] = [*places, ...]
                view, grid = put(found[*at], offset, strides)
                yield view, number, grid

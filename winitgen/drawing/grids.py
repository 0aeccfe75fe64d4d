"""Draws a regular grid of a parameter's elements, for little more than what it touches.

A grid is an offset, and a count and a stride an axis, in elements of the parameter in C order. What lies close together
is drawn as one run, with what is between; what lies apart, run by run. Short runs are drawn many at a time where the
distribution can (`drawing.scattered`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.lib.stride_tricks import as_strided

from winitgen.drawing.draw import BLOCK, draw
from winitgen.drawing.scattered import can_scatter, draw_runs
from winitgen.numeric.dtypes import DTYPES
from winitgen.numeric.scratch import Workspace
from winitgen.numeric.stopping import go_on

if TYPE_CHECKING:
    from winitgen.drawing.draw import Drawn
    from winitgen.numeric.arrays import Array

CALL = 1 << 14
"""Elements that are drawn in the time of one call."""

IN_BLOCKS = 8
"""Elements that are drawn in the time in which a run among many is added: a block at each end."""


class ElementGrid(NamedTuple):
    """Where elements are: ``counts`` by ``strides``, the largest stride first, from ``offset`` on."""

    offset: int
    counts: tuple[int, ...]
    strides: tuple[int, ...]

    @property
    def span(self) -> int:
        """The number of elements from the first to the last one."""
        return 1 + sum((count - 1) * stride for count, stride in zip(self.counts, self.strides, strict=True))

    def rows(self, first: int, count: int) -> ElementGrid:
        """Return a part along the first axis."""
        offset = self.offset + first * self.strides[0]
        return ElementGrid(offset, (count, *self.counts[1:]), self.strides)

    def inner(self, axis: int) -> ElementGrid:
        """Return the first of the grids that the axes from ``axis`` on are."""
        return ElementGrid(self.offset, self.counts[axis:], self.strides[axis:])


def bits(values: Array) -> Array:
    """Return an array as the unsigned numbers that its bits are: not all formats of ml_dtypes have views by strides."""
    return values.view(f"u{values.itemsize}")


def put(found: Array, offset: int, strides: Sequence[int]) -> tuple[Array, ElementGrid]:
    """Return a view of ``found`` in the order in which its elements lie in a parameter, and their grid.

    ``strides`` are those of its axes in the parameter, of any sign.
    """
    axes = [axis for axis, count in enumerate(found.shape) if count > 1]
    axes.sort(key=lambda axis: -abs(strides[axis]))
    offset += sum((found.shape[axis] - 1) * strides[axis] for axis in axes if strides[axis] < 0)
    turns: list[Any] = [slice(None, None, -1 if stride < 0 else 1) for stride in strides]
    rest = [axis for axis, count in enumerate(found.shape) if count == 1]
    view = np.squeeze(found[*turns, ...].transpose(*axes, *rest), tuple(range(len(axes), found.ndim)))
    return view, ElementGrid(offset, view.shape, tuple(abs(strides[axis]) for axis in axes))


def fill_from(values: Array, found: Array, grid: ElementGrid) -> None:
    """Copy a grid of a flat array of all elements, as the unsigned numbers that their bits are."""
    found[...] = _picked(values[grid.offset :], grid)


class GridDrawing:
    """Draws grids of one parameter, in one thread, as the unsigned numbers that its bits are."""

    def __init__(self, parameter: Drawn, workspace: Workspace | None = None) -> None:
        self._parameter, self._workspace = parameter, workspace or Workspace()
        self._scattered = can_scatter(parameter)

    def fill(self, found: Array, grid: ElementGrid) -> None:
        """Fill ``found``, an array of the grid's counts, with the elements of a grid."""
        axis = self._runs(grid)
        run = grid.inner(axis)
        if axis and self._scattered and run.span < CALL:
            self._in_parts(found, grid, BLOCK // run.span, math.prod(grid.counts[1:axis]), self._short(axis))
        elif axis:
            self._in_parts(found, grid, 1, 1, self.fill)
        elif grid.span <= BLOCK:
            go_on()
            self._run(found, grid)
        else:
            rows = max(1, (BLOCK - grid.inner(1).span) // grid.strides[0] + 1)
            self._in_parts(found, grid, rows, 1, self.fill)

    def _run(self, found: Array, grid: ElementGrid) -> None:
        """Fill ``found`` with a grid that is drawn as one run: where it lies, if it is the whole run, or from scratch."""
        dtype = DTYPES[self._parameter.dtype]
        if found.size != grid.span or not found.flags.carray:
            found[...] = _picked(self._drawn(grid), grid)
            return
        own = found.reshape(-1).view(dtype.numpy())
        name = "values" if self._parameter.dtype == dtype.drawn_in else "stored"
        with self._workspace.lent(name, own):
            values = self._drawn(grid)
        if not np.may_share_memory(values, own):
            found[...] = _picked(values, grid)

    def _drawn(self, grid: ElementGrid) -> Array:
        return draw(self._parameter, grid.offset, grid.span, self._workspace)

    def cost(self, grid: ElementGrid) -> int:
        """Return about how many elements of one run are drawn in the time that a grid takes."""
        return min(self._costs(grid))

    def _runs(self, grid: ElementGrid) -> int:
        """Return from which axis on the elements are drawn as one run, with what is between: what costs least."""
        costs = self._costs(grid)
        return costs.index(min(costs))

    def _costs(self, grid: ElementGrid) -> list[int]:
        """Return the cost of a grid if it is drawn by runs from each of its axes on, and element by element."""
        each = IN_BLOCKS if self._scattered else CALL
        return [
            math.prod(grid.counts[:axis]) * (each + grid.inner(axis).span)
            for axis in range(len(grid.counts) + 1)
        ]

    def _in_parts(
        self,
        found: Array,
        grid: ElementGrid,
        most: int,
        each: int,
        fill: Callable[[Array, ElementGrid], None],
    ) -> None:
        """Fill ``found`` by parts along the first axis; an index of it is ``each`` of the ``most`` units of a part.

        If a single index is too large, or alone, the other axes are divided.
        """
        rows = most // each
        if rows < 1 or (rows == 1 and each == 1):
            for first in range(grid.counts[0]):
                self.fill(found[first, ...], grid.rows(first, 1).inner(1))
            return
        for first in range(0, grid.counts[0], rows):
            part = found[first : first + rows]
            fill(part, grid.rows(first, len(part)))

    def _short(self, axis: int) -> Callable[[Array, ElementGrid], None]:
        """Return what draws a small grid whose axes from ``axis`` on are runs, all in one call."""

        def fill(found: Array, grid: ElementGrid) -> None:
            go_on()
            starts = np.array(grid.offset)
            for count, stride in zip(grid.counts[:axis], grid.strides[:axis], strict=True):
                starts = starts[..., np.newaxis] + np.arange(count) * stride
            run = grid.inner(axis)
            values = draw_runs(self._parameter, starts.reshape(-1), run.span, self._workspace)
            own = tuple(stride * values.itemsize for stride in run.strides)
            rows = bits(values).reshape(*starts.shape, run.span)
            found[...] = as_strided(rows, found.shape, (*rows.strides[:-1], *own), writeable=False)

        return fill


def _picked(values: Array, grid: ElementGrid) -> Array:
    """Return a grid of values, which begin with its first element, as a view."""
    strides = tuple(stride * values.itemsize for stride in grid.strides)
    return as_strided(bits(values), grid.counts, strides, writeable=False)

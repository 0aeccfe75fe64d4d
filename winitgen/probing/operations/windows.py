"""Correlation with a kernel of any number of axes, and its adjoint."""

from __future__ import annotations

import math
from itertools import product
from typing import NamedTuple

import numpy as np

from winitgen.numeric.arrays import Array
from winitgen.numeric.workers import Workers
from winitgen.probing.operations.columns import ROOM, Index, blocks, columns, scratch
from winitgen.probing.operations.phases import Axis, adjoint
from winitgen.probing.spans import Block, Sizes, Slide


def correlate(
    images: Array, kernel: Array, slide: Slide, workers: Workers, bias: Array | None = None, groups: int = 1
) -> Array:
    """Return y[n, o, j] = bias[o] + sum over c and t of kernel[o, c, t] x[n, c, pixel of tap t at j].

    ``images`` are (samples, channels, *spatial), ``kernel`` (filters, channels / groups, *size), ``bias``
    (filters,). The result is (samples, filters, *slide.counts).
    """
    filters = len(kernel)
    out = np.empty((len(images), groups, filters // groups, *slide.counts), images.dtype)
    matrix = kernel.reshape(groups, filters // groups, -1)
    _multiply(images, matrix, slide, Target(out, [Axis(count) for count in slide.counts]), workers, bias)
    return out.reshape(len(images), filters, *slide.counts)


def spread(
    values: Array,
    kernel: Array,
    slide: Slide,
    spatial: Sizes,
    workers: Workers,
    bias: Array | None = None,
    groups: int = 1,
) -> Array:
    """Return the adjoint of `correlate`: x[n, c, p] = sum over o and t of kernel[o, c, t] y[n, o, j].

    The sum is over the positions j whose tap t is at pixel p. ``values`` are (samples, filters,
    *slide.counts), ``kernel`` is that of `correlate`, and ``bias`` (channels,) is added. The result is
    (samples, channels, *spatial).

    It is a correlation itself: see `adjoint`.
    """
    axes = [Axis(*numbers) for numbers in zip(spatial, *slide[:4], strict=True)]
    matrix, own = adjoint(kernel, axes, groups)
    channels = groups * kernel.shape[1]
    out = np.empty((len(values), groups, kernel.shape[1], *spatial), values.dtype)
    if any(axis.phases < axis.step for axis in axes):
        out[...] = 0 if bias is None else bias.reshape(groups, -1, *(1,) * len(spatial))
    if bias is not None:
        bias = bias.repeat(math.prod(axis.phases for axis in axes))
    _multiply(values, matrix, own, Target(out, axes), workers, bias)
    return out.reshape(len(values), channels, *spatial)


class Target(NamedTuple):
    """The destination of the products: ``out`` (samples, groups, channels, *spatial).

    Row (c, r) of a product, with one r per axis, is channel c at every pixel of phase r.
    """

    out: Array
    axes: list[Axis]

    def room(self, block: Block) -> Array | None:
        """Return the view of ``out`` that the product of a block can be written to directly, or None."""
        if block.samples.stop - block.samples.start > 1 or any(axis.step > 1 for axis in self.axes):
            return None
        first = int(np.ravel_multi_index([run.start for run in block.positions], self.out.shape[3:]))
        flat = self.out.reshape(*self.out.shape[:3], -1)
        room: Array = flat[block.samples.start, block.groups, :, first : first + math.prod(block.counts)]
        return room

    def put(self, block: Block, rows: Array) -> None:
        """Write a product (groups, rows, samples * positions) to its pixels."""
        phases = [axis.phases for axis in self.axes]
        samples = block.samples.stop - block.samples.start
        rows = rows.reshape(len(rows), self.out.shape[2], *phases, samples, *block.counts)
        for phase in product(*map(range, phases)):
            pairs = [
                axis.pixels(remainder, run)
                for axis, remainder, run in zip(self.axes, phase, block.positions, strict=True)
            ]
            own: Index = (slice(None), slice(None), *phase, slice(None), *(run for run, _ in pairs))
            there: Index = (block.samples, block.groups, slice(None), *(pixels for _, pixels in pairs))
            self.out[there] = np.moveaxis(rows[own], 2, 0)


def _multiply(
    images: Array, matrix: Array, slide: Slide, target: Target, workers: Workers, bias: Array | None
) -> None:
    """Multiply a matrix (groups, rows, channels * taps) by the columns of all windows, and add a bias.

    The bias (groups * rows,) may be None.
    """
    groups, rows, column = matrix.shape
    channels = column // math.prod(slide.size)
    added = None if bias is None else bias.reshape(groups, rows, 1)

    def multiply(block: Block) -> None:
        taken = columns(images, channels, slide, block)
        room = target.room(block)
        shape = len(taken), rows, taken.shape[2]
        out = scratch("product", shape, images.dtype) if room is None else room
        np.matmul(matrix[block.groups], taken, out=out)
        if added is not None:
            out += added[block.groups]
        if room is None:
            target.put(block, out)

    sizes = len(images), groups, *slide.counts
    workers.each(multiply, blocks(sizes, max(column, rows), ROOM // images.itemsize, workers))

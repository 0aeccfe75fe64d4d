"""The gradient of a kernel: of a dense map, and of windows of an image."""

from __future__ import annotations

from threading import Lock

import numpy as np

from winitgen.numeric.arrays import Array
from winitgen.numeric.workers import Workers
from winitgen.probing.operations.columns import ROOM, Index, blocks, columns
from winitgen.probing.spans import Block, Slide


def dense_gradient(inputs: Array, gradient: Array, workers: Workers) -> Array:
    """Return the sum over all rows of the outer products of gradient (..., m) and inputs (..., n): (m, n)."""
    given, read = gradient.reshape(-1, gradient.shape[-1]), inputs.reshape(-1, inputs.shape[-1])
    out = np.empty((given.shape[1], read.shape[1]), np.result_type(given, read))
    workers.each(lambda run: np.matmul(given[:, run].T, read, out=out[run]), workers.runs(len(out)))
    return out


def windows_gradient(
    images: Array, values: Array, shape: tuple[int, ...], slide: Slide, groups: int, workers: Workers
) -> Array:
    """Return the gradient k[o, c, t] = sum over n and j of values[n, o, j] x[n, c, pixel of tap t at j].

    It is that of the kernel of `correlate` for the ``images`` x (samples, channels, *spatial), from the gradient ``values`` (samples,
    filters, *slide.counts) of its result; ``shape`` is the kernel's. Of `spread` it is so with the roles of both exchanged.
    """
    filters = shape[0] // groups
    dtype = np.result_type(images, values)
    out, lock = np.zeros((groups, filters, int(np.prod(shape[1:]))), dtype), Lock()
    given = values.reshape(len(values), groups, filters, *slide.counts)

    def add(block: Block) -> None:
        taken = columns(images, shape[1], slide, block)
        own: Index = (block.samples, block.groups, slice(None), *block.positions)
        rows = np.moveaxis(given[own], 0, 2).reshape(len(taken), filters, -1)
        product = rows @ taken.swapaxes(-1, -2)
        with lock:
            out[block.groups] += product

    sizes = len(images), groups, *slide.counts
    column = max(out.shape[1:])
    workers.each(add, blocks(sizes, column, ROOM // images.itemsize, workers))
    return out.reshape(shape)

"""Random orthogonal matrices by arithmetic that is the same on every machine.

A product of reflections along random directions, each in one dimension less than the one before, has the
distribution of Q in the QR decomposition of a matrix of normals whose R has a positive diagonal: uniform
over all orthogonal matrices (Stewart 1980, The efficient generation of random orthogonal matrices;
Mezzadri 2007, How to generate random matrices from the classical compact groups, section 5). No R is
computed, which halves the work of a decomposition.

BLAS and LAPACK sum in an order of their own, so every sum here is a tree of elementwise additions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from winitgen.compiled.kernels import kernels
from winitgen.numeric.stopping import go_on

if TYPE_CHECKING:
    from types import ModuleType

    from winitgen.numeric.arrays import Array

WIDTH = 128
"""Columns that are computed together, so that they stay in a core's cache; they are independent."""

_PANEL = 8  # columns that the compiled kernel computes together: a vector of float64
_AT_ONCE = 256  # reflections between two looks whether the run is to stop


def orthonormal(normals: Array) -> Array:
    """Return orthonormal columns, shape (n, k), from normals of that shape, n >= k, in float64.

    Column j uses the normals in rows j to n of its own column; the others have no effect.
    """
    reflectors, signs = _reflectors(normals)
    rows, columns = normals.shape
    result = np.empty((rows, columns))
    compiled = kernels()
    width = WIDTH if compiled is None else _PANEL
    for first in range(0, columns, width):
        go_on()
        count = min(width, columns - first)
        result[:, first : first + width] = (
            _columns(reflectors, first, count)
            if compiled is None
            else _compiled_columns(compiled, reflectors, first, count)
        )
    return np.multiply(result, signs, out=result)


def _reflectors(normals: Array) -> tuple[Array, Array]:
    """Return u of each reflection I - u u^T as a row, and the signs of the diagonal of R.

    For the normals x of a column, from its diagonal down, u is v / sqrt(|x| (|x| + |x_1|)) with
    v = x + sign(x_1) |x| e_1, which maps x to -sign(x_1) |x| e_1 (Golub & Van Loan, 5.1).
    """
    rows, columns = normals.shape
    reflectors, heads = np.empty((columns, rows)), np.diagonal(normals).copy()
    signs = np.where(heads < 0.0, -1.0, 1.0)
    for first in range(0, columns, WIDTH):
        go_on()
        run = slice(first, first + WIDTH)
        vectors, own = np.tril(normals[:, run], -first), heads[run]
        lengths = np.sqrt(total(vectors * vectors))
        steps = np.arange(len(own))
        vectors[first + steps, steps] = own + signs[run] * lengths
        vectors /= np.sqrt(lengths * (lengths + np.abs(own)))
        reflectors[run] = vectors.T
    return reflectors, -signs


def _columns(reflectors: Array, first: int, count: int) -> Array:
    """Return columns ``first`` to ``first + count`` of the product of all reflections."""
    rows = reflectors.shape[1]
    block, scratch = np.zeros((rows, count)), np.empty((rows, count))
    block[first + np.arange(count), np.arange(count)] = 1.0
    # Reflections of later columns do not change these: below their diagonal they are still zero.
    for step in range(first + count - 1, -1, -1):
        go_on()
        below, room = block[step:], scratch[step:]
        vector = reflectors[step, step:, np.newaxis]
        np.multiply(vector, below, out=room)
        along = total(room).copy()
        np.multiply(vector, along, out=room)
        np.subtract(below, room, out=below)
    return block


def _compiled_columns(compiled: ModuleType, reflectors: Array, first: int, count: int) -> Array:
    """Return the same columns, at most `_PANEL`, by the compiled kernel, which computes in the same order."""
    rows = reflectors.shape[1]
    panel, scratch = np.zeros((rows, _PANEL)), np.empty(((rows + 1) // 2, _PANEL))
    panel[first + np.arange(count), np.arange(count)] = 1.0
    for last in range(first + count, 0, -_AT_ONCE):
        go_on()
        compiled.reflect(panel, reflectors, scratch, max(last - _AT_ONCE, 0), last)
    return panel[:, :count]


def total(rows: Array) -> Array:
    """Return the sum of all rows, elementwise, in an order that depends only on their number.

    The sum is computed in place, in the first row: the last rows are added to the first until one is left.
    """
    count = len(rows)
    while count > 1:
        half = count // 2
        np.add(rows[:half], rows[count - half : count], out=rows[:half])
        count -= half
    first: Array = rows[0]
    return first

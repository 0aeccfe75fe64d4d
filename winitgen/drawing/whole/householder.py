"""Random orthogonal matrices by arithmetic that is the same on every machine.

A product of reflections along random directions, each in one dimension less than the one before, has the
distribution of Q in the QR decomposition of a matrix of normals whose R has a positive diagonal: uniform
over all orthogonal matrices (Stewart 1980, The efficient generation of random orthogonal matrices;
Mezzadri 2007, How to generate random matrices from the classical compact groups, section 5). No R is
computed, which halves the work of a decomposition.

BLAS and LAPACK sum in an order of their own, so every sum here is a tree of elementwise additions.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from winitgen.compiled.kernels import kernels
from winitgen.numeric.partly import computing
from winitgen.numeric.stopping import go_on
from winitgen.numeric.threads import allowed_threads
from winitgen.numeric.workers import Workers

if TYPE_CHECKING:
    from types import ModuleType

    from winitgen.numeric.arrays import Array

WIDTH = 128
"""Columns that NumPy computes together, so that they stay in a core's cache; they are independent."""

_RUN = 32  # columns whose reflectors are computed together
_WIDE, _NARROW = 32, 8  # columns that the compiled kernel computes together: all use a loaded element at once
_AT_ONCE = 1 << 20  # elements of reflectors that are applied between two looks whether the run is to stop
_WORTH_THREADS = 1 << 28  # rows * columns^2 that take longer than the start of threads


def orthonormalize(normals: Array, gain: float = 1.0) -> None:
    """Replace normals, shape (n, k), n >= k, by orthonormal columns times ``gain``, computed in float64 and rounded once.

    Column j uses the normals in rows j to n of its own column; the others have no effect. Columns are shared among
    threads, as many as `allowed_threads`, and no number depends on how many there are.
    """
    rows, columns = normals.shape
    reflectors, signs = np.empty((columns, rows)), np.empty(columns)
    compiled = kernels()
    width = WIDTH if compiled is None else _WIDE
    found = _columns if compiled is None else partial(_compiled_columns, compiled)

    def work(first: int) -> float:  # the elements of all reflectors that change these columns
        last = min(first + width, columns)
        return float(last * (rows - last / 2))

    def reflect(first: int) -> None:
        _reflectors(normals, reflectors, signs, first)

    def replace(first: int) -> None:
        run = slice(first, first + width)
        block = found(reflectors, first, min(width, columns - first))
        np.multiply(block, signs[run], out=block)
        np.multiply(block, gain, out=block)
        np.copyto(normals[:, run], block, casting="same_kind")
        done(work(first))

    firsts = range(0, columns, width)
    with (
        computing(sum(map(work, firsts))) as done,
        Workers(allowed_threads() if rows * columns**2 >= _WORTH_THREADS else 1) as workers,
    ):
        workers.each(reflect, range(0, columns, _RUN))
        workers.each(replace, reversed(firsts))  # the last columns take longest


def _reflectors(normals: Array, reflectors: Array, signs: Array, first: int) -> None:
    """Put u of the reflection I - u u^T of each column of a run into its row, and the sign of minus R's diagonal beside.

    For the normals x of a column, from its diagonal down, u is v / sqrt(|x| (|x| + |x_1|)) with
    v = x + sign(x_1) |x| e_1, which maps x to -sign(x_1) |x| e_1 (Golub & Van Loan, 5.1).
    """
    go_on()
    run = slice(first, first + _RUN)
    vectors = np.tril(normals[:, run], -first).astype(np.float64)
    steps = np.arange(vectors.shape[1])
    own = vectors[first + steps, steps]
    upward = np.where(own < 0.0, -1.0, 1.0)
    lengths = np.sqrt(total(vectors * vectors))
    vectors[first + steps, steps] = own + upward * lengths
    vectors /= np.sqrt(lengths * (lengths + np.abs(own)))
    above = max(first - 1, 0)  # rows before are never read, and memory that nobody touches costs nothing
    reflectors[run, above:], signs[run] = vectors[above:].T, -upward


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
    """Return the same columns, at most `_WIDE`, by the compiled kernel, which computes in the same order."""
    rows = reflectors.shape[1]
    reflect, width = (compiled.reflect32, _WIDE) if count > _NARROW else (compiled.reflect8, _NARROW)
    panel, scratch = _on_lines(rows, width), _on_lines((rows + 7) // 8, width)
    panel[first + np.arange(count), np.arange(count)] = 1.0
    last, step = first + count, max(1, _AT_ONCE // rows)
    while last:
        go_on()
        begin = max(last - step, 0)
        reflect(panel, reflectors, scratch, begin, last)
        last = begin
    return panel[:, :count]


def _on_lines(rows: int, width: int) -> Array:
    """Return zeros of which no row begins in the middle of a cache line, whose two halves would be loaded one by one."""
    room = np.zeros(rows * width + 7)
    begin = -room.__array_interface__["data"][0] % 64 // room.itemsize
    return room[begin : begin + rows * width].reshape(rows, width)


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

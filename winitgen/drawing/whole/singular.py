"""The leading singular vectors of a matrix, by arithmetic that is the same on every machine.

Lanczos's method on W^T W, with every vector kept orthogonal to all before it (Golub & Van Loan, Matrix
Computations, 10.1 and 10.4). Power iterations, with which PyTorch starts, need thousands of steps where
the singular values are close; this needs tens. BLAS and LAPACK sum in an order of their own, so every sum
here is a tree of elementwise additions, and the small eigenvalue problem is solved with Python's floats.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from winitgen.drawing.whole.householder import total
from winitgen.numeric.stopping import go_on

if TYPE_CHECKING:
    from winitgen.numeric.arrays import Array

STEPS = 256
"""Steps at most; the value is far closer than the vectors by then, even of a matrix whose values crowd."""

ACCURACY = 2.0**-16
"""The residual |W^T W v - s^2 v| / s^2 at which v is accurate enough: s is then correct to its square."""

_BETWEEN = 8
_ROOM = 1 << 15
"""Elements that are multiplied and summed at once, so that they stay in a core's cache."""


def leading(matrix: Array, start: Array) -> tuple[Array, Array]:
    """Return u (rows,) and v (columns,), of length 1 with u^T W v the largest singular value, in float64.

    ``start`` has an element for each row or column, whichever are fewer: a direction that is not orthogonal to
    the answer. Both are zero if the matrix is.
    """
    rows, columns = matrix.shape
    if rows < columns:
        right, left = leading(np.ascontiguousarray(matrix.T), start)
        return left, right
    turned = np.ascontiguousarray(matrix.T)
    narrow = _ritz(matrix, turned, start)
    image = product(turned, narrow)
    size = length(image)
    if not size:
        return np.zeros(rows), np.zeros(columns)
    return image / size, narrow


def _ritz(matrix: Array, turned: Array, start: Array) -> Array:
    """Return the unit vector v for which |W v| is largest, among those that Lanczos's method spans."""
    basis = [start / length(start)]
    diagonal: list[float] = []
    beside: list[float] = []
    most = min(STEPS, matrix.shape[1])
    while True:
        image = product(turned, basis[-1])
        rest = product(matrix, image)
        diagonal.append(_dot(image, image))
        for _ in range(2):  # once more, as the first time leaves a rounding error of the removed part
            for vector in basis:
                rest = rest - vector * _dot(vector, rest)
        size = length(rest)
        last = len(basis) == most or size <= 2.0**-50 * max(diagonal)
        if last or len(basis) % _BETWEEN == 0:
            value, weights = largest(diagonal, beside)
            if last or size * abs(weights[-1]) <= ACCURACY * value:
                break
        beside.append(size)
        basis.append(rest / size)
    mixed = basis[0] * weights[0]
    for vector, weight in zip(basis[1:], weights[1:], strict=True):
        mixed = mixed + vector * weight
    return np.asarray(mixed / length(mixed))


def product(rows: Array, factors: Array) -> Array:
    """Return the sum of all ``rows`` (n, m), each times its factor (n,): the product of the transpose and a vector."""
    count, size = rows.shape
    at_once = max(1, _ROOM // size)
    scratch = np.empty((min(at_once, count), size))
    result = np.zeros(size)
    for begin in range(0, count, at_once):
        go_on()
        block = rows[begin : begin + at_once]
        room = scratch[: len(block)]
        np.multiply(block, factors[begin : begin + at_once, np.newaxis], out=room)
        np.add(result, total(room), out=result)
    return result


def length(vector: Array) -> float:
    """Return the Euclidean length of a vector."""
    return math.sqrt(_dot(vector, vector))


def _dot(one: Array, other: Array) -> float:
    return float(total((one * other)[:, np.newaxis])[0])


def largest(diagonal: list[float], beside: list[float]) -> tuple[float, list[float]]:
    """Return the largest eigenvalue of a symmetric tridiagonal matrix, not below 0, and its eigenvector.

    By bisection, on whether x I - T is positive definite, and two steps of inverse iteration (Golub & Van
    Loan, 8.4).
    """
    around = [0.0, *beside, 0.0]
    high = max(d + a + b for d, a, b in zip(diagonal, around, around[1:], strict=False))
    low, high = 0.0, high * (1.0 + 2.0**-40)
    if not high:
        return 0.0, [1.0, *[0.0] * (len(diagonal) - 1)]
    while (middle := low + (high - low) / 2) not in (low, high) and high - low > 2.0**-50 * high:
        if _pivots(diagonal, beside, middle) is None:
            low = middle
        else:
            high = middle
    vector = [1.0] * len(diagonal)
    pivots = _pivots(diagonal, beside, high)
    assert pivots is not None  # ``high`` is above every eigenvalue throughout
    for _ in range(2):
        vector = _solved(pivots, beside, vector)
        size = math.sqrt(_added(value * value for value in vector))
        vector = [value / size for value in vector]
    return high, vector


def _added(values: Iterable[float]) -> float:
    """Return a sum, added in order and rounded after each term: from Python 3.12 on, ``sum`` compensates for that."""
    total = 0.0
    for value in values:
        total += value
    return total


def _pivots(diagonal: list[float], beside: list[float], shift: float) -> list[float] | None:
    """Return the pivots of shift I - T, or None if one of them is not above 0."""
    pivots: list[float] = []
    for index, value in enumerate(diagonal):
        pivot = shift - value
        if index:
            pivot -= beside[index - 1] * beside[index - 1] / pivots[-1]
        if pivot <= 0.0:
            return None
        pivots.append(pivot)
    return pivots


def _solved(pivots: list[float], beside: list[float], right: list[float]) -> list[float]:
    """Return the x of (shift I - T) x = right."""
    found = list(right)
    for index in range(1, len(found)):
        found[index] += beside[index - 1] / pivots[index - 1] * found[index - 1]
    found[-1] /= pivots[-1]
    for index in range(len(found) - 2, -1, -1):
        found[index] = (found[index] + beside[index] * found[index + 1]) / pivots[index]
    return found

"""Vectors of one length at right angles, told from random ones, and matrices whose equal parts have such vectors each."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import islice

import numpy as np

from winitgen.catalog.schemes.options import MOST_BLOCKS
from winitgen.numeric.arrays import Array
from winitgen.numeric.powers import near

VECTORS = 16
"""Vectors of a matrix that are compared with each other."""

CHANCE = 1e-6


def right_angles(vectors: Array, step: float, share: float = 0.0) -> float | None:
    """Return within how much, as a share, vectors (count, width) are of one length and at right angles, or None if they are not.

    Each value is rounded to ``step``, and frameworks compute in float32. Random vectors are nearly of one length
    and nearly at right angles too, so it must be unlikely that so many of them are by chance. Vectors that are cut from
    orthogonal ones are nearer still, if little was cut off: the vectors are ``share`` of their length.
    """
    few, width = vectors.shape
    vectors = vectors / near(float(np.abs(vectors).max(initial=0.0)))
    room = 2.5 * step / math.sqrt(width) + step**2 / 4 + 2e-5
    squares = (vectors**2).sum(axis=1)
    middle = float(squares.mean())
    if middle == 0.0 or np.abs(squares / middle - 1).max() > 2 * room:
        return None
    products = vectors @ vectors.T / middle
    np.fill_diagonal(products, 0.0)
    if np.abs(products).max() > room:
        return None
    spread = math.sqrt(max(1.0 - share, 0.0) / width)
    chance = min(1.0, 0.8 * room / spread) if spread else 1.0
    return room if chance ** (few * (few - 1) / 2 + few - 1) < CHANCE else None


def is_orthogonal(matrix: Array, step: float, share: float = 0.0) -> bool:
    """Return whether the vectors of the shorter axis of a matrix are of one length and at right angles, beyond chance."""
    vectors = matrix if matrix.shape[0] <= matrix.shape[1] else matrix.T
    return right_angles(vectors[:VECTORS].astype(np.float64), step, share) is not None


def counts_of_parts(size: int, most: int) -> Iterator[int]:
    """Yield into how many equal parts of at least two indices an axis can be cut, the fewest first.

    >>> list(counts_of_parts(12, 64))
    [2, 3, 4, 6]
    """
    return (count for count in range(2, min(size // 2, most) + 1) if size % count == 0)


def orthogonal_parts(tall: Array, step: float, most: int) -> int | None:
    """Return into how few equal parts the rows of a matrix fall, so that each is orthogonal by itself; None if into none.

    The columns of the matrix (rows, columns), with more rows than columns, may be orthogonal: parts of random ones are not.
    """
    rows, columns = tall.shape
    for count in counts_of_parts(rows, most):
        size = rows // count
        share = max(size, columns) / rows
        parts = (tall[start : start + size] for start in range(0, rows, size))
        if all(is_orthogonal(part, step, share) for part in parts):
            return count
    return None


def parted(tall: Array, step: float, which: str) -> list[str]:
    """Return that a matrix is not orthogonal as a whole only: equal blocks of its longer axis, ``which`` has its name, are."""
    count = orthogonal_parts(tall, step, MOST_BLOCKS)
    if count is None:
        return []
    size = tall.shape[0] // count
    return [f"each of {count} blocks of {size} {which} is orthogonal by itself; one matrix was planned"]


def orthogonal_stack(values: Array, step: float) -> int | None:
    """Return how many matrices along the first axes are each orthogonal by themselves; None if they are not, or only one."""
    if values.ndim < 3:
        return None
    matrices = values.reshape(-1, *values.shape[-2:])
    if len(matrices) < 2 or min(matrices.shape[1:]) < 2:
        return None
    whole = all(is_orthogonal(matrix, step) for matrix in islice(matrices, VECTORS))
    return len(matrices) if whole else None

"""What makes the values of an array dependent: what tests of its matrix find, and equal or orthogonal parts of all of it."""

from __future__ import annotations

from typing import Any

import numpy as np

from winitgen.audit.statistics.lattice import epsilon_of
from winitgen.audit.statistics.right_angles import VECTORS, orthogonal_stack, right_angles
from winitgen.files.input.stored_array import StoredArray
from winitgen.importing.fit.reading import Rows
from winitgen.importing.fit.structure import structure_of
from winitgen.numeric.arrays import Array
from winitgen.numeric.powers import near

CORNER = 64
"""Rows of a square matrix whose first values are compared with those of the same columns."""

PAIRS = 28
"""Pairs of values of which half cannot be equal by chance."""

MANY = 1 << 10
"""Values of which a quarter do not come twice by chance, in formats of four bytes or more."""


def dependence_of(array: StoredArray, rows: Rows) -> str:
    """Return what makes the values of an array dependent, or an empty text; ``rows`` are those of it that are tested."""
    return structure_of(rows) or _mirrored(array) or _repeated(rows) or _at_right_angles(array, rows)


def _mirrored(array: StoredArray) -> str:
    """Return that a square matrix equals its transpose, up to signs."""
    if len(array.shape) != 2 or array.shape[0] != array.shape[1] or array.shape[0] < 2:
        return ""
    size = min(array.shape[0], CORNER)
    corner = np.abs(array.read(0, size * array.shape[1]).reshape(size, -1)[:, :size].astype(np.float64))
    above = np.triu_indices(size, 1)
    equal = int((corner[above] == corner.T[above]).sum())
    if len(above[0]) < PAIRS or 2 * equal < len(above[0]):
        return ""
    return "it equals its transpose, up to signs"


def _repeated(rows: Rows) -> str:
    """Return that many values come more than once, up to their signs."""
    values = rows.values[rows.values != 0]
    if values.size < MANY or values.dtype.itemsize < 4:
        return ""
    with np.errstate(over="ignore"):
        coarse = any((values.astype(one) == values).all() for one in _coarse())
    if coarse:
        return ""  # they were rounded before they were stored
    different = np.unique(np.abs(values)).size
    if 4 * different > 3 * values.size:
        return ""
    return f"only {different:,} of {values.size:,} values differ in more than their signs"


def _coarse() -> tuple[np.dtype[Any], ...]:
    """Return the formats of two bytes, in which draws are equal by chance."""
    import ml_dtypes

    return np.dtype(np.float16), np.dtype(ml_dtypes.bfloat16)


def _at_right_angles(array: StoredArray, rows: Rows) -> str:
    """Return that rows, columns or whole matrices are orthogonal, each with a length of its own."""
    step = epsilon_of(rows.values.dtype)
    if rows.whole and rows.values.size == array.size:
        matrices = orthogonal_stack(rows.values.reshape(array.shape), step)
        if matrices is not None:
            return f"each of its {matrices:,} matrices is orthogonal by itself"
        if _orthogonal(rows.values.T[:VECTORS], step):
            return "its columns are at right angles"
    return "its rows are at right angles" if _orthogonal(rows.values[:VECTORS], step) else ""


def _orthogonal(vectors: Array, step: float) -> bool:
    """Return whether vectors are at right angles to each other beyond chance, whatever their lengths."""
    wide = vectors.astype(np.float64)
    wide /= near(float(np.abs(wide).max(initial=0.0)))
    lengths = np.sqrt((wide * wide).sum(axis=1, keepdims=True))
    if len(wide) < 2 or not lengths.all():
        return False
    return right_angles(wide / lengths, step) is not None

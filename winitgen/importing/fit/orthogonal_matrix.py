"""Matrices with vectors of one length at right angles, told from random ones, whose vectors are nearly so."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from winitgen.audit.statistics.lattice import epsilon_of
from winitgen.files.input.stored_array import StoredArray
from winitgen.importing.fit.reading import Rows
from winitgen.importing.fit.round_numbers import rounded
from winitgen.numeric.arrays import Array
from winitgen.numeric.powers import near

Scheme = str | dict[str, Any]

BLOCK = 1 << 18
"""Values that are read at once."""

VECTORS = 16
"""Vectors of a matrix that are compared with each other."""

CHANCE = 1e-6


def orthogonal(array: StoredArray, rows: Rows) -> Iterator[tuple[Scheme, str]]:
    """Yield an orthogonal matrix, if vectors of its shorter axis are of one length and at right angles beyond chance."""
    count = array.shape[0]
    width = array.size // count
    if min(count, width) < 2:
        return
    vectors = _vectors(array, rows, count, width)
    scale = near(float(np.abs(vectors).max()))
    vectors /= scale
    room = _right_angles(vectors, epsilon_of(rows.values.dtype))
    if room is None:
        return
    lengths = np.sqrt((vectors**2).sum(axis=1))
    gain = float(lengths.mean()) * scale
    for text, value in (
        ("", 1.0),
        ("sqrt(rows / columns)", math.sqrt(count / width)),
        ("sqrt(2)", math.sqrt(2)),
        ("", rounded(gain, room)),
    ):
        if abs(value / gain - 1) <= room:
            named = f", {text}" if text else ""
            scheme: Scheme = "orthogonal" if value == 1.0 else {"scheme": "orthogonal", "gain": value}
            yield scheme, f"the shorter axis is orthogonal, of norm {value:.6g}{named}"
            return


def _vectors(array: StoredArray, rows: Rows, count: int, width: int) -> Array:
    """Return a few vectors of the shorter axis of a matrix (count, width)."""
    if count <= width:
        few = min(count, VECTORS)
        return array.read(0, few * width).reshape(few, width).astype(np.float64)
    if rows.whole:
        return rows.values[:, :VECTORS].astype(np.float64).T
    block = max(1, BLOCK // width)
    starts = range(0, count, block)
    parts = (array.read(row * width, min(block, count - row) * width).reshape(-1, width) for row in starts)
    return np.concatenate([part[:, :VECTORS].astype(np.float64) for part in parts]).T


def _right_angles(vectors: Array, step: float) -> float | None:
    """Return within how much, as a share, vectors are of one length and at right angles, or None if they are not.

    Each value is rounded to ``step``, and frameworks compute in float32. Random vectors are nearly of one length
    and nearly at right angles too, so it must be unlikely that so many of them are by chance.
    """
    few, width = vectors.shape
    room = 2.5 * step / math.sqrt(width) + step**2 / 4 + 2e-5
    squares = (vectors**2).sum(axis=1)
    middle = float(squares.mean())
    if middle == 0.0 or np.abs(squares / middle - 1).max() > 2 * room:
        return None
    products = vectors @ vectors.T / middle
    np.fill_diagonal(products, 0.0)
    if np.abs(products).max() > room:
        return None
    chance = min(1.0, 0.8 * room * math.sqrt(width))
    return room if chance ** (few * (few - 1) / 2 + few - 1) < CHANCE else None

"""Matrices with vectors of one length at right angles, and those whose equal blocks are such matrices."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from winitgen.audit.statistics.lattice import epsilon_of
from winitgen.audit.statistics.right_angles import VECTORS, counts_of_parts, right_angles
from winitgen.catalog.schemes.options import MOST_BLOCKS
from winitgen.files.input.stored_array import StoredArray
from winitgen.importing.fit.reading import Rows
from winitgen.importing.fit.round_numbers import rounded
from winitgen.numeric.arrays import Array
from winitgen.numeric.powers import near

Scheme = str | dict[str, Any]

BLOCK = 1 << 18
"""Values that are read at once."""


def orthogonal(array: StoredArray, rows: Rows) -> Iterator[tuple[Scheme, str]]:
    """Yield an orthogonal matrix, if vectors of its shorter axis are of one length and at right angles beyond chance.

    Then the equal blocks of the first two axes that are such matrices each, as of the gates of a recurrent layer.
    """
    count = array.shape[0]
    width = array.size // count
    if min(count, width) < 2:
        return
    vectors = _vectors(array, rows, count, width)
    step = epsilon_of(rows.values.dtype)
    found = _named(vectors, step, count, width)
    if found is not None:
        init, gain, text = found
        named = f", {text}" if text else ""
        yield init, f"the shorter axis is orthogonal, of norm {gain:.6g}{named}"
    for axis, blocks in _blocks(array, rows, vectors, step):
        yield from _in_blocks(array, axis, blocks, step)


def _named(vectors: Array, step: float, count: int, width: int) -> tuple[Scheme, float, str] | None:
    """Return the scheme of an orthogonal matrix (count, width), its gain and what that is, by vectors of its shorter axis."""
    scale = near(float(np.abs(vectors).max()))
    room = right_angles(vectors, step)
    if room is None:
        return None
    gain = float(np.sqrt(((vectors / scale) ** 2).sum(axis=1)).mean()) * scale
    for text, value in (
        ("", 1.0),
        ("sqrt(rows / columns)", math.sqrt(count / width)),
        ("sqrt(2)", math.sqrt(2)),
        ("", rounded(gain, room)),
    ):
        if abs(value / gain - 1) <= room:
            return "orthogonal" if value == 1.0 else {"scheme": "orthogonal", "gain": value}, value, text
    return None


def _blocks(array: StoredArray, rows: Rows, vectors: Array, step: float) -> Iterator[tuple[int, int]]:
    """Yield an axis, and into how many equal blocks along it an array may fall, by a look at the first of them.

    Columns are looked at if they have been read.
    """
    count = array.shape[0]
    width = array.size // count
    first = vectors if count <= width else _first_rows(array, width)
    columns = rows.values[:, :VECTORS].astype(np.float64).T if rows.whole else vectors
    has_columns = rows.whole or count > width
    for blocks in counts_of_parts(count, MOST_BLOCKS):
        size = count // blocks
        few = first[:size] if size <= width else columns[:, :size] if has_columns else first[:0]
        if len(few) > 1 and right_angles(few, step) is not None:
            yield 0, blocks
    for blocks in counts_of_parts(array.shape[1], MOST_BLOCKS):
        size = width // blocks
        few = first[:, :size] if size >= count else columns[:size] if has_columns else first[:0]
        if len(few) > 1 and right_angles(few, step) is not None:
            yield 1, blocks


def _first_rows(array: StoredArray, width: int) -> Array:
    few = min(array.shape[0], VECTORS)
    return array.read(0, few * width).reshape(few, width).astype(np.float64)


def _in_blocks(array: StoredArray, axis: int, blocks: int, step: float) -> Iterator[tuple[Scheme, str]]:
    """Yield so many orthogonal blocks along an axis, each with its gain, if all are."""
    matrix = array.read(0, array.size).reshape(array.shape[0], -1)
    schemes = []
    for block in np.split(matrix, blocks, axis):
        tall = block if len(block) > block.shape[1] else block.T
        found = _named(tall.T[:VECTORS].astype(np.float64), step, *block.shape)
        if found is None:
            return
        schemes.append(found[0])
    size = array.shape[axis] // blocks
    place = {"axis": axis} if axis else {}
    init = {"scheme": "blocks", **place, "sizes": [size] * blocks, "init": schemes}
    yield init, f"each of {blocks} blocks of {size} {'columns' if axis else 'rows'} is orthogonal"


def _vectors(array: StoredArray, rows: Rows, count: int, width: int) -> Array:
    """Return a few vectors of the shorter axis of a matrix (count, width)."""
    if count <= width:
        return _first_rows(array, width)
    if rows.whole:
        return rows.values[:, :VECTORS].astype(np.float64).T
    block = max(1, BLOCK // width)
    starts = range(0, count, block)
    parts = (array.read(row * width, min(block, count - row) * width).reshape(-1, width) for row in starts)
    return np.concatenate([part[:, :VECTORS].astype(np.float64) for part in parts]).T

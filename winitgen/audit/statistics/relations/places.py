"""Places in a tensor as text, as Python would index it."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from winitgen.audit.statistics.relations.matrix_view import MatrixView
from winitgen.numeric.arrays import Array


def rows_text(shape: tuple[int, ...], view: MatrixView, rows: Array) -> str | None:
    """Return rows of a matrix as a place of its tensor, or None if they do not make one.

    >>> view = MatrixView(12, 32, 2)
    >>> rows_text((4, 3, 32), view, np.arange(3, 9)), rows_text((4, 3, 32), view, np.array([1, 4, 7, 10]))
    ('[1:3]', '[:, 1]')
    """
    if view.together > 1 or not view.leading:
        return _run_text(rows, view.columns * view.together)
    found = _box(shape[: view.leading], rows)
    return None if found is None else _brackets(found, shape[: view.leading])


def columns_text(shape: tuple[int, ...], view: MatrixView, columns: Array) -> str | None:
    """Return columns of a matrix as a place of its tensor, or None if they do not make one.

    >>> columns_text((4, 3, 32), MatrixView(12, 32, 2), np.arange(8, 16))
    '[:, :, 8:16]'
    """
    if not view.leading and len(shape) > 1:
        return None
    found = _box(shape[view.leading :], columns)
    if found is None:
        return None
    return _brackets([slice(None)] * view.leading + found, shape)


def tile_text(shape: tuple[int, ...], view: MatrixView, first: int, size: tuple[int, int]) -> str:
    """Return a tile of ``size`` rows and columns, from its first element, as a place of its tensor.

    >>> tile_text((6, 8), MatrixView(6, 8, 1), 28, (3, 4)), tile_text((8,), MatrixView(1, 8, 0), 4, (1, 4))
    ('[3:6, 4:8]', '[4:8]')
    """
    row, column = divmod(first, view.columns)
    if size == (view.rows, view.columns):
        return "[:]"
    along = f"{column}:{column + size[1]}"
    if len(shape) == 1:
        return f"[{first}:{first + size[1]}]"
    if len(shape) == 2 and view.leading == 1:
        return f"[{row}:{row + size[0]}, {along}]"
    return f"[{row}:{row + size[0]}, {along}] of the matrix {view.rows}x{view.columns}"


def _run_text(rows: Array, length: int) -> str | None:
    """Return neighbouring rows as elements of the flat tensor."""
    if np.any(np.diff(rows) != 1):
        return None
    return f"elements {int(rows[0]) * length:,} to {(int(rows[-1]) + 1) * length - 1:,}"


def _box(shape: tuple[int, ...], places: Array) -> list[slice] | None:
    """Return the slices that hold exactly these places, or None if there are none such."""
    found = []
    for coordinates in np.unravel_index(places, shape):
        kinds = np.unique(coordinates)
        if kinds[-1] - kinds[0] + 1 != kinds.size:
            return None
        found.append(slice(int(kinds[0]), int(kinds[-1]) + 1))
    return found if math.prod(part.stop - part.start for part in found) == places.size else None


def _brackets(slices: Sequence[slice], shape: tuple[int, ...]) -> str:
    """Return slices as an index: whole axes at the end are left out."""
    parts = []
    for part, size in zip(slices, shape, strict=True):
        if part.start is None or (part.start, part.stop) == (0, size):
            parts.append(":")
        else:
            parts.append(f"{part.start}" if part.stop - part.start == 1 else f"{part.start}:{part.stop}")
    while len(parts) > 1 and parts[-1] == ":":
        parts.pop()
    return f"[{', '.join(parts)}]"

"""Fingerprints of the rows, the columns and the tiles of a tensor, from its values in the order of the file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from winitgen.audit.statistics.relations import waves
from winitgen.audit.statistics.relations.matrix_view import MatrixView
from winitgen.numeric.arrays import Array

PARTS = range(1, 9)
"""Into how many equal parts each axis is cut for tiles."""


class Tiles(NamedTuple):
    """The tiles of one size of a matrix, in order: their rows and columns, their first elements, and their sums."""

    rows: int
    columns: int
    places: Array
    sums: Array


class Fingerprints:
    """Accumulates the fingerprints of one tensor, run by run.

    ``rows`` and ``columns`` are complex sums, shape (count, 2); ``drawn_rows`` and ``drawn_columns`` say how many values
    of each are drawn. Values that are not drawn are given as 0, and counted by `blank`.
    """

    def __init__(self, view: MatrixView) -> None:
        self.view = view
        self.rows = np.zeros((view.units, 2), np.complex128)
        self._edges = _edges(view.rows)
        self._bands = np.zeros((len(self._edges) - 1, 4, view.columns))
        self._along = waves.columns(waves.phases(0, view.columns))
        lengths = np.full(view.units, view.columns * view.together)
        lengths[-1] = view.columns * (view.rows - view.together * (view.units - 1))
        self.drawn_rows, self.drawn_columns = lengths, np.full(view.columns, view.rows)
        self._turned: tuple[int, Array] = (0, np.zeros((4, 0)))

    def see(self, start: int, values: Array) -> None:
        """Add the float64 values of elements from ``start`` on; each element is given once."""
        while values.size:
            row, column = divmod(start, self.view.columns)
            band = int(np.searchsorted(self._edges, row, "right")) - 1
            if column or values.size < self.view.columns:
                count = min(self.view.columns - column, values.size)
                self._add(band, row, column, values[:count].reshape(1, -1))
            else:
                rows = min(values.size // self.view.columns, self._edges[band + 1] - row)
                count = rows * self.view.columns
                self._add(band, row, 0, values[:count].reshape(rows, -1))
            start, values = start + count, values[count:]

    def _add(self, band: int, row: int, column: int, block: Array) -> None:
        """Add whole rows, or a part of one."""
        count, columns = block.shape
        place = slice(column, column + columns)
        found = waves.joined(self._along[:, place] @ block.T)
        together = self.view.together
        if together == 1:
            self.rows[row : row + count] += found
        else:
            inside = np.arange(row, row + count) % together
            shifted = found * waves.phases(0, together)[inside] ** self.view.columns
            np.add.at(self.rows, np.arange(row, row + count) // together, shifted)
        self._bands[band][:, place] += waves.columns(waves.phases(row, count)) @ block

    def blank(self, elements: Array) -> None:
        """Note that elements with these indices are not drawn."""
        rows, columns = np.divmod(elements, self.view.columns)
        self.drawn_rows -= np.bincount(rows // self.view.together, minlength=self.view.units)
        self.drawn_columns -= np.bincount(columns, minlength=self.view.columns)

    @property
    def columns(self) -> Array:
        """The sums of the columns."""
        return waves.joined(self._bands.sum(axis=0))

    def tiles(self) -> Iterator[Tiles]:
        """Yield the halves to eighths of the rows and of the columns, and what both make of the matrix."""
        height, width = self.view.rows, self.view.columns
        along = waves.phases(0, width)
        bands = np.array([waves.joined(band) * along for band in self._bands])
        for across in [parts for parts in PARTS if width % parts == 0]:
            sums = bands.reshape(len(bands), across, width // across, 2).sum(axis=2)
            for down in [parts for parts in PARTS if height % parts == 0]:
                first_rows, first_columns = (
                    np.arange(down) * (height // down),
                    np.arange(across) * (width // across),
                )
                whole = np.add.reduceat(sums, np.searchsorted(self._edges, first_rows), axis=0)
                starts = np.add.outer(first_rows, first_columns)
                back = np.exp(-1j * starts[..., np.newaxis] * waves.ANGLES)
                places = np.add.outer(first_rows * width, first_columns).reshape(-1)
                yield Tiles(height // down, width // across, places, (whole * back).reshape(-1, 2))


def _edges(rows: int) -> list[int]:
    """Return where the rows are cut for tiles, with both ends."""
    cuts = {rows * part // parts for parts in PARTS if rows % parts == 0 for part in range(parts)}
    return [*sorted(cuts), rows]

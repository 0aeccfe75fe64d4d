"""Accumulates the draws of one case as counts and sums, for any number of draws."""

from __future__ import annotations

import math

import numpy as np

from tests.certificate.cells import Cells

CHUNK = 1 << 18
"""Values processed together; the largest lag is half as long."""

LAGS = (1, 2, 3, 4, 5, 6, 7, 8, 16, 64, 512, 8000, 65536, 131072)
"""Lags of values: within a 16-byte block of the cipher, a row of 8000, a block of draws."""

SQUARE_LAGS = (1, 2, 4, 8000, 131072)
"""Lags of the squares, which show a shared magnitude with independent signs."""

SAMPLE = 1 << 22
"""Runs of sixteen bytes kept to find repeated ones."""


class Tally:
    """Counts, sums of products of neighbours, and a sample of runs, fed a chunk at a time."""

    def __init__(self, cells: Cells, count: int, itemsize: int) -> None:
        self.cells = cells
        self.number = 0
        self.counts = np.zeros(cells.values.size, np.int64)
        self.digits = np.zeros(cells.parts, np.int64)
        self.products = np.zeros(len(LAGS))
        self.square_products = np.zeros(len(SQUARE_LAGS))
        self.runs: list[np.ndarray] = []
        self._mean = cells.shares @ cells.values
        self._std = np.sqrt(cells.shares @ (cells.values - self._mean) ** 2)
        fourth = cells.shares @ ((cells.values - self._mean) / self._std) ** 4
        self._square_std = np.sqrt(fourth - 1)
        self._scaled, self._squares = np.zeros(2 * CHUNK), np.zeros(2 * CHUNK)
        self._run = 16 // itemsize if cells.parts > 1 else 0
        self._keep = max(0, math.ceil(math.log2(count / SAMPLE)))

    def add(self, values: np.ndarray) -> None:
        """Add a chunk of `CHUNK` values in the case's number format."""
        cells = self.cells.cell_of(values)
        if self.cells.parts > 1:
            self.digits += np.bincount(cells & (self.cells.parts - 1), minlength=self.digits.size)
            cells //= self.cells.parts
        self.counts += np.bincount(cells, minlength=self.counts.size)
        self._multiply(values)
        if self._run:
            self._sample(values)
        self.number += values.size

    def _multiply(self, values: np.ndarray) -> None:
        """Add the products of the scaled values, and of their squares, at each lag."""
        for kept in (self._scaled, self._squares):
            kept[:CHUNK] = kept[CHUNK:]
        new = self._scaled[CHUNK:]
        np.subtract(values.astype(float), self._mean, out=new)
        np.divide(new, self._std, out=new)
        squares = self._squares[CHUNK:]
        np.multiply(new, new, out=squares)
        np.subtract(squares, 1, out=squares)
        np.divide(squares, self._square_std, out=squares)
        for sums, kept, lags in (
            (self.products, self._scaled, LAGS),
            (self.square_products, self._squares, SQUARE_LAGS),
        ):
            sums += [kept[CHUNK - lag : 2 * CHUNK - lag] @ kept[CHUNK:] for lag in lags]

    def _sample(self, values: np.ndarray) -> None:
        """Keep a hash of each run of sixteen bytes whose first value's last bits are zero."""
        bits = values.view(f"u{values.itemsize}").astype(np.uint64)
        first = np.flatnonzero((bits[: -self._run] & np.uint64((1 << self._keep) - 1)) == 0)
        mixed = np.zeros(first.size, np.uint64)
        for step in range(self._run):
            mixed = (mixed ^ bits[first + step]) * np.uint64(0x9E3779B97F4A7C15)
            mixed ^= mixed >> np.uint64(29)
        self.runs.append(mixed)

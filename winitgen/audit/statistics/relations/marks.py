"""What is kept of the fingerprints of each tensor, and which of them are equal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from winitgen.audit.statistics.relations import waves
from winitgen.audit.statistics.relations.fingerprints import Fingerprints
from winitgen.numeric.arrays import Array

ROWS, COLUMNS, TILES = range(3)
"""The kinds of parts."""

MOST = 1 << 22
"""Most parts of a file that are kept to be compared with those of other tensors."""

NEEDED = 84.0
"""Bits of chance that a part must have to be compared: all pairs of `MOST` parts are equal by chance once in 10^12 files."""

EXACTLY = 2.0**-40
"""Largest difference of two sums of the same numbers, of which nothing was rounded."""


class Marks(NamedTuple):
    """The fingerprints of parts of one size of a tensor: its number, the kind of parts, and where each begins.

    ``shape`` are the rows and columns of a tile, and 1 and the length of a row or column. ``places`` are the numbers of
    rows or columns, or the first elements of tiles.
    """

    tensor: int
    kind: int
    shape: tuple[int, int]
    places: Array
    sums: Array

    @property
    def size(self) -> tuple[int, int]:
        """The shape with the smaller number first: parts of one size are compared, transposed ones too."""
        return min(self.shape), max(self.shape)


class Links(NamedTuple):
    """Parts of one kind that equal earlier parts of one tensor and kind, but for a factor.

    ``tensors`` and ``kinds`` have the earlier one first. ``before`` and ``after`` are the places of the parts,
    ``factors`` what the earlier ones are multiplied by, and ``exact`` whether nothing was rounded.
    """

    tensors: tuple[int, int]
    kinds: tuple[int, int]
    shapes: tuple[tuple[int, int], tuple[int, int]]
    before: Array
    after: Array
    factors: Array
    exact: bool


def lines_of(number: int, prints: Fingerprints, bits: float) -> Iterator[Marks]:
    """Yield the rows and the columns of a tensor that have enough bits of chance to be compared."""
    view = prints.view
    for kind, sums, drawn, length in (
        (ROWS, prints.rows, prints.drawn_rows, view.columns * view.together),
        (COLUMNS, prints.columns, prints.drawn_columns, view.rows),
    ):
        places = np.flatnonzero(drawn * bits >= NEEDED)
        if kind == ROWS and view.rows % view.together:
            places = places[places < view.units - 1]  # the last one is shorter
        if places.size:
            yield Marks(number, kind, (1, length), places, sums[places])


def tiles_of(number: int, prints: Fingerprints, bits: float) -> Iterator[Marks]:
    """Yield the tiles of a tensor that have enough bits of chance; the whole tensor is the largest."""
    blanks = int((prints.view.rows - prints.drawn_columns).sum())
    for tiles in prints.tiles():
        if (tiles.rows * tiles.columns - blanks) * bits >= NEEDED:
            yield Marks(number, TILES, (tiles.rows, tiles.columns), tiles.places, tiles.sums)


def constant_places(marks: Marks, drawn: Array) -> Array:
    """Return the rows or columns all of whose values are equal, though all are drawn."""
    found, lengths = waves.directions(marks.sums)
    ones = np.abs(found - waves.of_ones(marks.shape[1])).max(axis=1) < waves.SAME
    constant: Array = (ones | (lengths == 0.0)) & (drawn[marks.places] == marks.shape[1])
    return np.asarray(marks.places[constant])


def links_of(pool: Sequence[Marks]) -> Iterator[Links]:
    """Yield what the parts of one size share: each part is linked to the first one that it equals."""
    found, lengths = waves.directions(np.concatenate([marks.sums for marks in pool]))
    order = np.argsort(found[:, 0], kind="stable")
    order = order[lengths[order] != 0.0]
    near = np.abs(np.diff(found[order], axis=0)).max(axis=1) < waves.SAME
    if not near.any():
        return
    groups = np.flatnonzero(np.concatenate([[True], ~near]))
    firsts = np.repeat(np.minimum.reduceat(order, groups), np.diff(np.append(groups, order.size)))
    linked = firsts != order
    earlier, later = firsts[linked], order[linked]
    off = np.abs(found[earlier] - found[later]).max(axis=1)
    factors = lengths[later] / lengths[earlier]
    exact = (off < EXACTLY) & (np.abs(factors - 1.0) < EXACTLY)
    yield from _grouped(pool, earlier, later, factors, exact)


def _grouped(
    pool: Sequence[Marks], earlier: Array, later: Array, factors: Array, exact: Array
) -> Iterator[Links]:
    """Yield the links between each two of the marks."""
    ends = np.cumsum([marks.places.size for marks in pool])
    places = np.concatenate([marks.places for marks in pool])
    one, two = np.searchsorted(ends, earlier, "right"), np.searchsorted(ends, later, "right")
    order = np.lexsort((later, one, two))
    cuts = np.flatnonzero(np.diff(one[order]) | np.diff(two[order])) + 1
    for chosen in np.split(order, cuts):
        a, b = pool[int(one[chosen[0]])], pool[int(two[chosen[0]])]
        yield Links(
            (a.tensor, b.tensor),
            (a.kind, b.kind),
            (a.shape, b.shape),
            places[earlier[chosen]],
            places[later[chosen]],
            factors[chosen],
            bool(exact[chosen].all()),
        )

"""Which tensors and which parts of tensors are equal, though the plan draws them independently."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np

from winitgen.audit.statistics.relations import wording
from winitgen.audit.statistics.relations.marks import (
    MOST,
    NEEDED,
    ROWS,
    Links,
    Marks,
    beginning_of,
    constant_places,
    lines_of,
    links_of,
    tiles_of,
)
from winitgen.audit.statistics.relations.trace import Trace
from winitgen.numeric.arrays import Array
from winitgen.planning.plan import Parameter

FEW = 3
"""Most lines about parts of one tensor that equal parts of another one, or of itself."""


class Parts:
    """Gathers the marks of all tensors, and finds the equal ones.

    Of a file with more than `MOST` parts, the tensors after these are compared as wholes and each with itself.
    """

    def __init__(self) -> None:
        self.traces: list[Trace] = []
        self.related: set[tuple[int, int]] = set()
        self._lines: list[Marks] = []
        self._tiles: list[Marks] = []
        self._firsts: list[Marks] = []
        self._held = 0
        self._ids: dict[bytes, str] = {}

    def is_new(self, parameters: Sequence[Parameter]) -> bool:
        """Tell whether none of these parameters has the values of another one: those are equal, and compared elsewhere."""
        return all(self._ids.setdefault(one.key, one.id) == one.id for one in parameters)

    def add(self, trace: Trace, *, whole: bool = False) -> None:
        """Add a tensor all of whose values have been seen; with ``whole`` its parts are not compared."""
        number, prints = len(self.traces), trace.prints
        self.traces.append(trace)
        if trace.drawn == trace.size:
            self._firsts += beginning_of(number, trace.first, trace.bits)
        if prints is None or trace.drawn * trace.bits < NEEDED:
            return
        tiles = list(tiles_of(number, prints, trace.bits))
        if whole:
            self._tiles += [
                marks for marks in tiles if marks.shape == (prints.view.rows, prints.view.columns)
            ]
            return
        lines = list(self._drawn_lines(trace, lines_of(number, prints, trace.bits)))
        count = sum(marks.places.size for marks in (*lines, *tiles))
        if self._held + count > MOST:
            self._report(lines, tiles)
            tiles, lines = tiles[:1], []
        self._held += count if lines else 1
        self._lines += lines
        self._tiles += tiles

    def _drawn_lines(self, trace: Trace, found: Iterator[Marks]) -> Iterator[Marks]:
        """Yield marks without constant rows and columns, and report these."""
        assert trace.prints is not None
        wrong = bool(trace.row.why)
        for marks in found:
            drawn = trace.prints.drawn_rows if marks.kind == ROWS else trace.prints.drawn_columns
            constant = constant_places(marks, drawn)
            if constant.size and not wrong:
                trace.row.constant.append(wording.constant(trace, marks.kind, constant))
            kept = ~np.isin(marks.places, constant)
            if kept.any():
                yield marks._replace(places=marks.places[kept], sums=marks.sums[kept])

    def compare(self) -> None:
        """Report all equal parts, in the rows of the later ones."""
        self._report(self._lines, self._tiles)
        for pool in _pools(self._firsts):
            for links in links_of(pool):
                if self._meant(links) and not self.told(*links.tensors):
                    self._tell(links.tensors, [wording.beginning(self._two(links.tensors), links)])

    def _report(self, lines: Sequence[Marks], tiles: Sequence[Marks]) -> None:
        """Report the equal ones among these marks: whole tensors, then rows and columns, then tiles."""
        found = [links for pool in _pools(tiles) for links in links_of(pool) if self._meant(links)]
        wholes = {links.tensors: links for links in found if self._is_whole(links)}
        by_tensors: dict[tuple[int, int], list[Links]] = defaultdict(list)
        for pool in _pools(lines):
            for links in links_of(pool):
                if self._meant(links) and links.tensors not in self.related:
                    by_tensors[links.tensors].append(links)
        for tensors, links in wholes.items():
            self._tell(tensors, [wording.whole(self._two(tensors), links, by_tensors.pop(tensors, []))])
        for tensors, several in by_tensors.items():
            self._tell(tensors, self._about_lines(several))
        for links in sorted(found, key=lambda one: -one.shapes[1][0] * one.shapes[1][1]):
            if links.tensors not in self.related:
                self._tell(links.tensors, wording.tiles(self._two(links.tensors), links, FEW))

    def told(self, one: int, two: int) -> bool:
        """Tell whether two tensors have been found to share parts with each other, or both with an earlier one."""
        earlier = [{first for first, own in self.related if own == number} for number in (one, two)]
        return one in earlier[1] or bool(earlier[0] & earlier[1])

    def _tell(self, tensors: tuple[int, int], lines: Sequence[str]) -> None:
        self.related.add(tensors)
        self.traces[tensors[1]].row.related += lines

    def _two(self, tensors: tuple[int, int]) -> tuple[Trace, Trace]:
        return self.traces[tensors[0]], self.traces[tensors[1]]

    def _meant(self, links: Links) -> bool:
        """Tell whether values are equal, not just alike: neighbours that correlate make smooth rows, all of one kind."""
        return links.exact or not any(trace.smooth for trace in self._two(links.tensors))

    def _is_whole(self, links: Links) -> bool:
        """Tell whether tensors are equal as wholes."""
        views = [trace.view for trace in self._two(links.tensors)]
        sizes = [None if view is None else (view.rows, view.columns) for view in views]
        return links.tensors[0] != links.tensors[1] and list(links.shapes) == sizes

    def _about_lines(self, several: Sequence[Links]) -> list[str]:
        """Return lines about equal rows or columns of two tensors: of the kinds that have most of them."""
        links = max(several, key=lambda one: one.after.size)
        return wording.lines(self._two(links.tensors), links, _by_distance(links), FEW)


def _pools(marks: Sequence[Marks]) -> list[list[Marks]]:
    """Return the marks of parts of one size and of tiles or not."""
    pools: dict[tuple[int, int], list[Marks]] = defaultdict(list)
    for one in marks:
        pools[one.size].append(one)
    return list(pools.values())


def _by_distance(links: Links) -> list[Array]:
    """Return the indices of links whose places are equally far apart, the most first."""
    distances = links.after - links.before
    kinds, counts = np.unique(distances, return_counts=True)
    return [
        np.flatnonzero(distances == kinds[index]) for index in np.argsort(-counts, kind="stable")[: FEW + 1]
    ]

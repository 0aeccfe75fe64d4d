"""Lines about parts of tensors that are equal, or constant, though the plan draws them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from winitgen.audit.statistics.relations.marks import COLUMNS, ROWS, Links
from winitgen.audit.statistics.relations.places import columns_text, rows_text, tile_text
from winitgen.audit.statistics.relations.trace import Trace
from winitgen.numeric.arrays import Array

APART = "but the spec draws both"

_ROUNDED = 2.0**-18
"""Relative difference of factors that are equal after rounding."""

_KINDS = {ROWS: "rows", COLUMNS: "columns"}

Two = tuple[Trace, Trace]


def constant(trace: Trace, kind: int, places: Array) -> str:
    """Return a line about rows or columns of equal values."""
    where = _place(trace, kind, places)
    if where is None:
        first = _place(trace, kind, places[:1])
        return f"{places.size:,} of its {_count(trace, kind):,} {_KINDS[kind]} are constant, such as {first}, but the spec draws them"
    return f"{where} is constant, but the spec draws it"


def whole(two: Two, links: Links, lines: Sequence[Links]) -> str:
    """Return a line about two equal tensors; ``lines`` are their equal rows and columns."""
    name = two[0].row.tensor.name
    turned = links.shapes[0] != links.shapes[1] or any(
        one.kinds == (ROWS, COLUMNS) and np.array_equal(one.before, one.after) for one in lines
    )
    return f"{_relation(two, links, f'the transpose of {name}' if turned else name)}, {APART}"


def beginning(two: Two, links: Links) -> str:
    """Return a line about tensors of other shapes that begin with the same values, as a generator that is set back draws."""
    what = f"that of {two[0].row.tensor.name}"
    return f"the run of its first {links.shapes[1][1]} values {_relation(two, links, what)}, {APART}"


def lines(two: Two, links: Links, groups: Sequence[Array], most: int) -> list[str]:
    """Return lines about equal rows or columns; ``groups`` are indices of links that make a place each."""
    found = []
    for chosen in groups[:most]:
        own, other = (
            _place(two[1], links.kinds[1], links.after[chosen]),
            _place(two[0], links.kinds[0], links.before[chosen]),
        )
        if own is not None and other is not None:
            part = links._replace(factors=links.factors[chosen])
            found.append(f"{_part(own)}{_relation(two, part, _of(two, other))}, {APART}")
    if found and len(groups) <= most:
        return found
    kind, count = _KINDS[links.kinds[1]], links.after.size
    whose = "others of it" if two[0] is two[1] else f"some of {two[0].row.tensor.name}"
    first = [
        _place(two[end], links.kinds[end], places[:1])
        for end, places in ((1, links.after), (0, links.before))
    ]
    total = f"{count:,} of its {_count(two[1], links.kinds[1]):,} {kind} equal {whose}, such as {first[0]} and {first[1]}, {APART}"
    return [total]


def tiles(two: Two, links: Links, most: int) -> list[str]:
    """Return lines about equal tiles."""
    found = []
    for index in range(min(links.after.size, most)):
        own, other = (
            _tile(two[end], int(places[index]), links.shapes[end])
            for end, places in ((1, links.after), (0, links.before))
        )
        part = links._replace(factors=links.factors[index : index + 1])
        found.append(f"{_part(own)}{_relation(two, part, _of(two, other))}, {APART}")
    return found


def _relation(two: Two, links: Links, what: str) -> str:
    """Return how values relate to others: they are equal, or multiples."""
    factors = links.factors * (two[1].scale / two[0].scale)
    low, high = float(factors.min()), float(factors.max())
    if high - low > _ROUNDED * abs(high):
        return f"equals {what} up to factors"
    if links.exact and abs(high - 1.0) < _ROUNDED:
        return f"equals {what}"
    if abs(high - 1.0) < _ROUNDED:
        return f"equals {what} up to rounding"
    return f"is {high:.4g} times {what}"


def _part(place: str) -> str:
    """Return a place before a verb; of a whole tensor, nothing."""
    return "" if place == "[:]" else f"{place} "


def _of(two: Two, place: str) -> str:
    """Return the place of the earlier part, with its tensor if it is another one; all rows of one are equal to its columns."""
    name = two[0].row.tensor.name
    if two[0] is two[1]:
        return "its transpose" if place == "[:]" else place
    return name if place == "[:]" else f"{place} of {name}"


def _count(trace: Trace, kind: int) -> int:
    assert trace.view is not None
    return trace.view.units if kind == ROWS else trace.view.columns


def _place(trace: Trace, kind: int, places: Array) -> str | None:
    assert trace.view is not None
    return (rows_text if kind == ROWS else columns_text)(trace.shape, trace.view, places)


def _tile(trace: Trace, first: int, size: tuple[int, int]) -> str:
    assert trace.view is not None
    return tile_text(trace.shape, trace.view, first, size)

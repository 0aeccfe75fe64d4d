"""Where everything is in the picture, in inches: panels in columns, a bar for each entry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tests.bench.results import OURS, Row

BAR, GAP = 0.15, 0.11
"""The height of a bar, and the gap between two pieces of work."""

HEAD, FOOT, TOP = 0.3, 0.3, 0.8
"""What is above a panel and below it, and the height of the title."""

LABELS, BARS, MARGIN = 1.9, 3.4, 0.25
"""The width of the names, of the bars, and of the space beside them."""

COLUMNS = 3
"""The most columns."""


def drawn(rows: Sequence[Row]) -> list[Row]:
    """Return the rows that are in the picture: winitgen's entry, and the others that have a ratio to it."""
    found = []
    for row in rows:
        others = [entry for entry in row.entries if entry.kind != OURS and row.ratio(entry)]
        if row.plotted and row.ours and others:
            found.append(Row(row.group, row.work, row.unit, (row.ours, *others)))
    return found


def height(rows: Sequence[Row]) -> float:
    """Return the height of a panel: a bar for each entry but winitgen's own."""
    return HEAD + FOOT + sum(map(thick, rows))


def thick(row: Row) -> float:
    """Return the height of a row in its panel."""
    return GAP + BAR * (len(row.entries) - 1)


def arranged(heights: Mapping[str, float], most: int = COLUMNS) -> list[list[str]]:
    """Return the panels in columns, in their order, so that the highest column is as low as it can be."""
    names = list(heights)
    allowed = {sum(heights[name] for name in names[a:b]) for b in range(len(names) + 1) for a in range(b)}
    filled = (_filled(heights, limit) for limit in sorted(allowed) if limit >= max(heights.values()))
    return next((columns for columns in filled if len(columns) <= most), [[]])


def _filled(heights: Mapping[str, float], limit: float) -> list[list[str]]:
    columns: list[list[str]] = [[]]
    rest = limit
    for name, high in heights.items():
        if high > rest + 1e-9:
            columns.append([])
            rest = limit
        columns[-1].append(name)
        rest -= high
    return columns


def ends(rows: Sequence[Row]) -> tuple[float, float]:
    """Return the ends of the axis that all panels share, with room for words behind the longest bar."""
    ratios = [row.ratio(entry) or 1 for row in rows for entry in row.entries]
    low, high = min([*ratios, 0.5]), max([*ratios, 2])
    return low / 1.3, high * (high / low) ** 0.35

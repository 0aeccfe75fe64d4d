"""The kinds of the layers of a figure: those at one place of all blocks are of one kind."""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence

from winitgen.report.plots.reading import Values, deepest, spread_out

MOST_LINES = 8
"""The most kinds that have lines of their own."""


_NUMBER = re.compile(r"\d+")
_BLOCK = re.compile(r"(?<![^.])\d+(?![^.])")
"""A number that is a whole part of a dotted name: that of a block, and not that of one of its layers."""


def kind_of(layer: Values) -> tuple[str, str]:
    """Return what the layers at one place of all blocks share: the type, and the name without its numbers."""
    return layer["type"], _NUMBER.sub("#", layer["layer"])


def lines_of(report: Values) -> dict[str, list[int]]:
    """Return the kinds of the layers that were picked by their names, each with the places of its layers.

    A line through layers of several kinds would jump between them. Empty if one line goes through all layers: the ends of blocks, a
    chain without blocks, or layers of more kinds than can be told apart.
    """
    names = [layer["layer"] for layer in deepest(report)] if report.get("drawn", {}).get("picked") else []
    for numbers in (_BLOCK, _NUMBER):
        found: dict[str, list[int]] = {}
        for index, name in enumerate(names):
            found.setdefault(numbers.sub("#", name), []).append(index)
        if any(len(places) > 1 for places in found.values()):
            return found if 1 < len(found) <= MOST_LINES else {}
    return {}


def of_each_kind(kinds: Sequence[Hashable], most: int) -> list[int]:
    """Return at most ``most`` indices in order, of each kind in proportion to its number and evenly spread.

    Of more kinds than that the indices are spread over all.

    >>> of_each_kind(["fc", "sum"] * 5, 6)
    [0, 1, 4, 5, 8, 9]
    """
    places: dict[Hashable, list[int]] = {}
    for index, kind in enumerate(kinds):
        places.setdefault(kind, []).append(index)
    if len(places) > most or len(kinds) <= most:
        return spread_out(len(kinds), most)
    counts = dict.fromkeys(places, 1)
    for _ in range(most - len(places)):
        counts[max(places, key=lambda kind: len(places[kind]) / counts[kind])] += 1
    return sorted(
        own[at] for kind, own in places.items() for at in spread_out(len(own), min(counts[kind], len(own)))
    )

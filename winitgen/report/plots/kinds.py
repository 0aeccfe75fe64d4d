"""Which layers of each kind are drawn where not all are."""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence

from winitgen.report.plots.reading import Values, spread_out


def kind_of(layer: Values) -> tuple[str, str]:
    """Return what the layers at one place of all blocks share: the type, and the name without its numbers."""
    return layer["type"], re.sub(r"\d+", "#", layer["layer"])


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

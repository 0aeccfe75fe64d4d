"""The entries of a report about a plan's tensors, of which a model may have 100,000: none is there until it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, overload


class RowsOnDemand(Sequence[dict[str, Any]]):
    """Entries that are made anew whenever they are asked for: ``row`` returns that of an index below ``count``.

    ``drawn`` says that they have measured statistics.
    """

    def __init__(self, count: int, row: Callable[[int], dict[str, Any]], *, drawn: bool) -> None:
        self.drawn = drawn
        self._row = row
        self._places = range(count)

    def __len__(self) -> int:
        return len(self._places)

    @overload
    def __getitem__(self, index: int) -> dict[str, Any]: ...

    @overload
    def __getitem__(self, index: slice) -> list[dict[str, Any]]: ...

    def __getitem__(self, index: int | slice) -> dict[str, Any] | list[dict[str, Any]]:
        places = self._places[index]
        return self._row(places) if isinstance(places, int) else [self._row(place) for place in places]

"""How a table is shown: which columns, and whether at its full width."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple


class TableView(NamedTuple):
    """How a table is shown: the ``columns`` that were asked for, or all if none were; ``wide`` leaves out and shortens nothing.

    A table whose columns cannot be asked for has its own ``optional`` ones, the first of which is left out first, and
    ``names``, the columns that may be shortened. What is left out is shown by ``shown_by``, an option or a command.
    """

    columns: tuple[str, ...] = ()
    wide: bool = False
    optional: tuple[str, ...] | None = None
    names: tuple[str, ...] = ()
    shown_by: str = "--wide or --columns"

    def of(
        self, head: Sequence[str], rows: Iterable[Sequence[str]]
    ) -> tuple[Sequence[str], Iterable[Sequence[str]]]:
        """Return the asked columns of a table, in the order of asking; one that it does not have is empty."""
        if not self.columns:
            return head, rows
        places = [head.index(title) if title in head else None for title in self.columns]
        return self.columns, _cells(rows, places)


WHOLE = TableView()
"""All columns, at the width of the terminal."""


def _cells(rows: Iterable[Sequence[str]], places: Sequence[int | None]) -> Iterator[list[str]]:
    return (["" if place is None else row[place] for place in places] for row in rows)

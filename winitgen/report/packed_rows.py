"""The rows of a table in little memory: a file may have 250,000 tensors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from winitgen.errors import printable

_GAP = "\n"
"""Stands in no cell that is printable."""


class PackedRows:
    """Rows of printable cells, each row kept as its bytes, without the columns that are empty in every row.

    ``kept`` are the columns that stay even then.
    """

    def __init__(self, rows: Iterable[Sequence[str]], titles: Sequence[str], kept: Iterable[str]) -> None:
        self._rows: list[bytes] = []
        stay, widths = set(kept), [0] * len(titles)
        for row in rows:
            cells = row if "".join(row).isprintable() else [printable(cell) for cell in row]
            widths = list(map(max, widths, map(len, cells)))
            self._rows.append(_GAP.join(cells).encode())
        self._chosen = [index for index, title in enumerate(titles) if widths[index] or title in stay]
        self._all = len(self._chosen) == len(titles)
        self.head = [titles[index] for index in self._chosen]
        self.widths = [widths[index] for index in self._chosen]
        """The characters of the widest cell of each column, without the head."""

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[list[str]]:
        for row in self._rows:
            cells = row.decode().split(_GAP)
            yield cells if self._all else [cells[index] for index in self._chosen]

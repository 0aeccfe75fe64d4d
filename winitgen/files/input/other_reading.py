"""What a program could read of a file beside the arrays and values that winitgen reads of it.

Each reader says what the loader of record of its format reads, and lists whatever of that it did not
read itself: `winitgen.verify` refuses it or notes it, `winitgen.inspect` and `winitgen.diff` note it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple


class OtherReading(NamedTuple):
    """One thing in a file that was not compared, as a clause about the file.

    ``misread`` means that a loader may read other names, shapes or values because of it, or refuse the file;
    without it the clause is only worth a note.
    """

    text: str
    misread: bool = True

    @classmethod
    def sent(cls, row: Sequence[Any]) -> OtherReading:
        """Return the reading that `row` made a row of, in another process."""
        text, misread, listed = row
        return ListedReading(text, misread) if listed else cls(text, misread)

    def row(self) -> tuple[str, bool, bool]:
        """Return this reading as plain values."""
        return self.text, self.misread, isinstance(self, ListedReading)


class ListedReading(OtherReading):
    """A loader goes by a list in the file which names every array there is, once: it reads these arrays and no others.

    Its order alone is not that of the names.
    """


LateReadings = Callable[[bool], Sequence[OtherReading]]
"""Returns what is known only once values were read, such as a wrong checksum; if True, whatever was not read is read."""


def nothing_late(_: bool) -> Sequence[OtherReading]:
    """Return no reading: the values say nothing about the container."""
    return ()


def misread(found: Iterable[OtherReading]) -> list[str]:
    """Return the clauses of what a loader may misread."""
    return [one.text for one in found if one.misread]


def noted(found: Iterable[OtherReading]) -> list[str]:
    """Return the clauses that are only worth a note."""
    return [one.text for one in found if not one.misread]

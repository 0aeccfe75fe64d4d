"""What was measured: rows of entries, one for each contender, with every run; kept as JSON."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence

import msgspec

OURS, PATH, FORMER, PEER, LIMIT = "winitgen", "path", "former", "peer", "limit"
"""The kinds of contenders: this build, this build by its other path, a former build, other programs, and bounds."""

KINDS = (OURS, PATH, FORMER, PEER, LIMIT)
"""All kinds, in the order of a table."""


class OtherRunError(Exception):
    """An earlier run cannot be added to; the text says whose it is."""


class Entry(msgspec.Struct, frozen=True):
    """One contender's runs: the figure that the row compares, and what else each process took.

    ``processor`` are seconds of user and system time, ``megabytes`` the peak of resident memory. Without figures,
    ``note`` says why.
    """

    name: str
    kind: str
    figures: tuple[float, ...] = ()
    processor: tuple[float, ...] = ()
    megabytes: tuple[float, ...] = ()
    note: str = ""

    @property
    def median(self) -> float:
        """The median of the figures."""
        return statistics.median(self.figures)

    @property
    def quartiles(self) -> tuple[float, float]:
        """The first and the third quartile, between which the middle half of the runs lie."""
        if len(self.figures) == 1:
            return self.figures[0], self.figures[0]
        low, _, high = statistics.quantiles(self.figures, n=4, method="inclusive")
        return low, high


class Row(msgspec.Struct, frozen=True):
    """A piece of work, and who did it; ``plotted`` rows are in the picture."""

    group: str
    work: str
    unit: str
    entries: tuple[Entry, ...]
    plotted: bool = True

    @property
    def ours(self) -> Entry | None:
        """The entry that the others are compared with, if it was measured."""
        return next((entry for entry in self.entries if entry.kind == OURS and entry.figures), None)

    def ratio(self, entry: Entry) -> float | None:
        """Return the median of an entry divided by winitgen's: above 1, winitgen took less."""
        ours = self.ours
        return None if ours is None or not entry.figures or not ours.median else entry.median / ours.median

    def ratios(self, entry: Entry) -> tuple[float, float] | None:
        """Return the quartiles of the ratios of runs beside each other, if there are two of them."""
        ours = self.ours
        if ours is None or min(len(entry.figures), len(ours.figures)) < 2 or not all(ours.figures):
            return None
        pairs = [theirs / own for theirs, own in zip(entry.figures, ours.figures, strict=False)]
        return Entry("", "", tuple(pairs)).quartiles


class Results(msgspec.Struct, frozen=True):
    """A whole run: where, when, with which versions, and every row."""

    date: str
    machine: Mapping[str, str]
    versions: Mapping[str, str]
    runs: int
    quick: bool
    rows: tuple[Row, ...] = ()

    def groups(self) -> dict[str, list[Row]]:
        """Return the rows by their groups, in the order of the run."""
        found: dict[str, list[Row]] = {}
        for row in self.rows:
            found.setdefault(row.group, []).append(row)
        return found

    def with_others_of(self, earlier: Results, groups: Sequence[str]) -> Results:
        """Return this run with the rows of an earlier one, but of some groups.

        Raises `OtherRunError` unless that was the same machine, the same versions, and as many runs of the same size.
        """
        for name in ("machine", "versions", "runs", "quick"):
            if getattr(self, name) != getattr(earlier, name):
                raise OtherRunError(
                    {"machine": "another machine", "versions": "other versions"}.get(
                        name, "a run with other options"
                    )
                )
        return msgspec.structs.replace(
            self, rows=tuple(row for row in earlier.rows if row.group not in groups)
        )

    def in_order(self, groups: Sequence[str]) -> Results:
        """Return this run with its rows in the order of the groups."""
        return msgspec.structs.replace(
            self, rows=tuple(sorted(self.rows, key=lambda row: groups.index(row.group)))
        )

    def to_json(self) -> bytes:
        """Return the run as indented JSON."""
        return msgspec.json.format(msgspec.json.encode(self), indent=1) + b"\n"


def from_json(text: bytes) -> Results:
    """Return the run that `Results.to_json` wrote; `msgspec.ValidationError` says what is no part of one."""
    return msgspec.json.decode(text, type=Results)


def columns(rows: Sequence[Row]) -> list[str]:
    """Return the names of all contenders: this build's, the former's, peers' and limits', each in order of appearance."""
    kinds = {entry.name: entry.kind for row in rows for entry in row.entries}
    return sorted(kinds, key=lambda name: KINDS.index(kinds[name]))

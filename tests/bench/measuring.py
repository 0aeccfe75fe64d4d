"""Runs the contenders of a comparison in turn, and makes rows of what they took."""

from __future__ import annotations

import json

from tests.bench.contenders import Comparison, Contender
from tests.bench.process import Failed, Took, measure
from tests.bench.results import KINDS, PEER, Entry, Row

NOT_DONE = "it does not do this"


class Record:
    """The runs of one contender, until one fails."""

    def __init__(self, contender: Contender) -> None:
        self.contender = contender
        self.runs: list[Took] = []
        self.note = ""

    def run(self, *, warm: bool) -> None:
        """Run once more, unless it has failed; do not count the run if it is to ``warm`` up."""
        if self.note:
            return
        try:
            took = measure(self.contender)
        except Failed as failure:
            self.runs, self.note = [], str(failure)
            return
        if not warm:
            self.runs.append(took)

    def entry(self, figure: str) -> Entry:
        """Return what the processes took."""
        return Entry(
            self.contender.name,
            self.contender.kind,
            tuple(getattr(took, figure) for took in self.runs),
            tuple(took.processor for took in self.runs),
            tuple(took.megabytes for took in self.runs),
            self.note,
        )

    def printed(self, case: str) -> Entry:
        """Return the figures of a case that the processes printed, or the words why there are none."""
        name, kind = self.contender.name, self.contender.kind
        if self.note:
            return Entry(name, kind, note=self.note)
        found = [json.loads(took.printed).get(case, NOT_DONE) for took in self.runs]
        if isinstance(found[0], str):
            return Entry(name, kind, note=found[0])
        return Entry(name, kind, tuple(map(float, found)))

    def cases(self) -> list[str]:
        """Return the cases that were printed."""
        return list(json.loads(self.runs[0].printed)) if self.runs else []


def rows(group: str, comparison: Comparison, runs: int, *, quick: bool = False) -> list[Row]:
    """Run all in turn, so that a slow minute is everyone's; return a row, or one for each case that was printed.

    If ``quick``, other libraries, which take seconds to be imported, run once, in the first round.
    """
    records = [Record(contender) for contender in comparison.contenders]
    for number in range(-comparison.warm, min(runs * comparison.times, comparison.runs)):
        for record in records:
            if not quick or record.contender.kind != PEER or number == 0:
                record.run(warm=number < 0)
    if comparison.figure != "printed":
        return [_row(group, comparison, "", [record.entry(comparison.figure) for record in records])]
    cases = dict.fromkeys(case for record in records for case in record.cases())
    return [
        _row(group, comparison, case, [record.printed(case) for record in records])
        for case in cases or ["all"]
    ]


def _row(group: str, comparison: Comparison, case: str, entries: list[Entry]) -> Row:
    """Return a row whose entries stand in the order of their kinds, winitgen first."""
    plotted = comparison.plotted if isinstance(comparison.plotted, bool) else case in comparison.plotted
    entries.sort(key=lambda entry: KINDS.index(entry.kind))
    return Row(group, comparison.work.replace("{case}", case), comparison.unit, tuple(entries), plotted)

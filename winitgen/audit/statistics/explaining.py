"""Which library's law explains what differs from the ideal one, chosen for the file as a whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from winitgen.audit.statistics.measured.fitting import Explanation, explanations
from winitgen.audit.statistics.row import TensorRow
from winitgen.audit.statistics.tests import Test

MOST = 8
"""Most tests of one sample against one measured law, besides those of neighbours along each axis."""


def explain(rows: Sequence[TensorRow], rejected: Sequence[Sequence[Test]], level: float) -> None:
    """Choose a measured law for each row with values or tests that reject the planned one, if one explains them.

    The chance that a tensor does not fit the law that it was drawn from is at most ``level`` for the whole file. Of several
    laws that fit, that of the library is chosen which explains most tensors, or else the likeliest.
    """
    count = sum(MOST + len(row.stored.shape) for row in rows if row.sample is not None)
    found = [
        list(_fitting(row, tests, level / count)) if count else []
        for row, tests in zip(rows, rejected, strict=True)
    ]
    times = Counter(library for several in found for library in {one.law.library for one in several})
    for row, several in zip(rows, found, strict=True):
        row.law = max(several, key=lambda one: (times[one.law.library], one.score), default=None)


def _fitting(row: TensorRow, rejected: Sequence[Test], level: float) -> Iterator[Explanation]:
    """Yield the measured laws under which no test of a row's values, and of their neighbours, has a chance below ``level``."""
    marginal = any(not test.name.startswith(("correlation", "block")) for test in rejected)
    if row.why or row.sample is None or not (row.beyond or marginal):
        return
    for one in explanations(row.sample, level):
        tests = row.neighbours(one.values, one.weights) if row.neighbours else []
        if all(test.p >= level for test in tests):
            yield one


def laws_of(rows: Sequence[TensorRow]) -> list[dict[str, Any]]:
    """Return the laws that explain rows, in the order of the file, each with its tensors."""
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        if row.law is not None:
            law = row.law.law
            entry = {"law": row.law.line, "library": law.library, "version": law.version, "tensors": []}
            found.setdefault(row.law.line, entry)["tensors"].append(row.tensor.name)
    return list(found.values())

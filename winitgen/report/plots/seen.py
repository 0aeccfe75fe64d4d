"""What a figure shows, in words for its title: the verdicts of the runs, with measured numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from winitgen.report.plots.labels import listed, number, plain
from winitgen.report.plots.reading import Values, label

_FEW = 3
"""Up to so many runs are told one by one."""


def verdicts(report: Values, told: Callable[[Sequence[Values]], str]) -> str:
    """Return which runs have which verdict, each group with what ``told`` says of it in parentheses.

    Up to three runs are told one by one, but for those of which the same is told; more are told by verdict.
    """
    each = len(report["runs"]) <= _FEW
    groups: dict[tuple[str, str], list[Values]] = {}
    for run in report["runs"]:
        groups.setdefault((run["verdict"], told([run]) if each else ""), []).append(run)
    return "; ".join(
        f"{_names(report, runs)} {verdict} ({text})"
        if (text := told(runs))
        else f"{_names(report, runs)} {verdict}"
        for (verdict, _), runs in groups.items()
    )


def _names(report: Values, runs: Sequence[Values]) -> str:
    return listed([label(report, run) for run in runs])


def ranges(runs: Sequence[Values]) -> str:
    """Return the verdicts of the sorted runs of a sweep: vanishing from 0.5 to 0.9, healthy from 1 to 2.5."""
    found: list[tuple[str, list[float]]] = []
    for run in runs:
        if not found or found[-1][0] != run["verdict"]:
            found.append((run["verdict"], []))
        found[-1][1].append(run["value"])
    return ", ".join(f"{plain(verdict)} {_span(values)}" for verdict, values in found)


def _span(values: Sequence[float]) -> str:
    if len(values) == 1:
        return f"at {number(values[0])}"
    return f"from {number(values[0])} to {number(values[-1])}"

"""The tables of what was trained, in Markdown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

from tests.training.training import Trained
from winitgen.report.columns import number
from winitgen.report.probe_thresholds import margin


class Row(NamedTuple):
    """One pair: in words, what training did, and the run of a probe."""

    network: str
    scheme: str
    trained: Trained
    run: dict[str, Any]

    @property
    def right(self) -> bool:
        """Whether the verdict predicted what became of the loss."""
        return (self.run["verdict"] == "healthy") == self.trained.fell


def table(rows: Sequence[Row]) -> str:
    """Return one line for each pair."""
    lines = [
        "| network | scheme | verdict | margin | first loss | last loss | rate | loss fell | predicted |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        trained = row.trained
        cells = [row.network, f"`{row.scheme.removeprefix('preset:')}`", row.run["verdict"], margin(row.run)]
        cells += [number(trained.first), number(trained.last), f"{trained.rate:g}"]
        cells += ["yes" if trained.fell else "no", "yes" if row.right else "**no**"]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def confusion(rows: Sequence[Row]) -> str:
    """Return how often the loss fell under each verdict."""
    counts = Counter((row.run["verdict"], row.trained.fell) for row in rows)
    verdicts = sorted({verdict for verdict, _ in counts}, key=lambda verdict: (verdict != "healthy", verdict))
    lines = ["| verdict | loss fell | loss did not fall |", "|---|---|---|"]
    lines += [f"| {verdict} | {counts[verdict, True]} | {counts[verdict, False]} |" for verdict in verdicts]
    right = sum(row.right for row in rows)
    return "\n".join([*lines, "", f"{right} of {len(rows)} are predicted."])
